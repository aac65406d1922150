package ingest

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/utils/clock"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// quiet is the least time between two lines about one kind.
const quiet = time.Minute

// journal tells the log what happens to kinds: of each the last news, at most
// once a minute, and kinds with the same news on one line.
type journal struct {
	log   logr.Logger
	clock clock.PassiveClock

	mu      sync.Mutex
	pending map[inventory.Kind]news
	said    map[inventory.Kind]said
}

type news struct {
	message, advice string
	reason          error
}

type said struct {
	message string
	at      time.Time
}

func newJournal(log logr.Logger, c clock.PassiveClock) *journal {
	return &journal{log: log, clock: c, pending: map[inventory.Kind]news{}, said: map[inventory.Kind]said{}}
}

// troubled is the message of trouble.
const troubled = "Reading kinds fails and is retried"

// stateNews are the news that a kind is in a state.
var stateNews = map[inventory.State]news{
	inventory.Listed:       {message: "Kinds are read"},
	inventory.NotInstalled: {message: "Kinds are not installed any longer; their objects are forgotten"},
	inventory.Off:          {message: "Kinds are turned off; their objects are forgotten"},
	inventory.Forbidden: {
		message: "Kinds may not be read; checks that need them are not evaluated",
		advice:  "grant MeshAudit's ServiceAccount the verbs list and watch on them, or disable the checks",
	},
	inventory.Stale: {
		message: "Kinds have not been read for long; checks that need them are not evaluated",
		advice:  "see whether the API server answers",
	},
	inventory.SourceUnavailable: {
		message: "Kinds are served in no version that MeshAudit understands; checks that need them are not evaluated",
		advice:  "update MeshAudit, or the mesh",
	},
}

// state tells of a change of state. That all is well from the beginning is not
// news.
func (j *journal) state(k inventory.Kind, old, now inventory.State, reason error) {
	n, ok := stateNews[now]
	if !ok || old == inventory.NotSynced && !now.Unreadable() && !j.spoken(k) {
		return
	}
	if now.Unreadable() {
		n.reason = reason
	}
	j.add(k, n)
}

// trouble tells of an error that does not change the state, or not yet.
func (j *journal) trouble(k inventory.Kind, err error) {
	j.add(k, news{
		message: troubled, reason: err,
		advice: "nothing while the API server restarts; else see whether it answers",
	})
}

// recovered tells that a kind's trouble is over. It takes back what was not
// said yet.
func (j *journal) recovered(k inventory.Kind) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.pending[k].message == troubled {
		delete(j.pending, k)
	}
	if j.said[k].message == troubled {
		j.pending[k] = stateNews[inventory.Listed]
	}
}

// spoken tells whether the log knows of the kind.
func (j *journal) spoken(k inventory.Kind) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	_, ok := j.said[k]
	return ok
}

func (j *journal) add(k inventory.Kind, n news) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.pending[k] = n
}

// flush writes what may be written.
func (j *journal) flush() {
	j.mu.Lock()
	defer j.mu.Unlock()
	lines := map[string][]inventory.Kind{}
	for _, k := range slices.Sorted(maps.Keys(j.pending)) {
		n, last := j.pending[k], j.said[k]
		if n.message == last.message {
			delete(j.pending, k)
			continue
		}
		if last.at.IsZero() || j.clock.Since(last.at) >= quiet {
			lines[n.message] = append(lines[n.message], k)
		}
	}
	for _, message := range slices.Sorted(maps.Keys(lines)) {
		j.say(lines[message])
	}
}

// say writes one line about kinds that have the same news.
func (j *journal) say(list []inventory.Kind) {
	n := j.pending[list[0]]
	values := []any{"kinds", list}
	if n.reason != nil {
		values = append(values, "reason", n.reason.Error())
	}
	if n.advice != "" {
		values = append(values, "do", n.advice)
	}
	j.log.Info(n.message, values...)
	for _, k := range list {
		j.said[k] = said{message: n.message, at: j.clock.Now()}
		delete(j.pending, k)
	}
}
