package promtesting

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// Server is a running Prometheus.
type Server struct{ url string }

// Start runs a Prometheus with the configuration until the test ends, and
// returns when it is ready. The configuration has the form of Prometheus' file.
func Start(tb testing.TB, config any) *Server {
	tb.Helper()
	dir := tb.TempDir()
	text, err := yaml.Marshal(config)
	if err != nil {
		tb.Fatal(err)
	}
	file := filepath.Join(dir, "prometheus.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		tb.Fatal(err)
	}
	address := FreeAddress(tb)
	run(tb, filepath.Join(dir, "log"), tool(tb, "prometheus"), "--config.file="+file,
		"--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+address)
	s := &Server{url: "http://" + address}
	envtesting.WaitFor(tb, func() error {
		code, _, err := s.get(tb, "/-/ready", nil)
		if err == nil && code != http.StatusOK {
			err = fmt.Errorf("prometheus is not ready: status %d", code)
		}
		return err
	})
	return s
}

// attached runs a program that ends when its input does, so that it does not
// outlive the tests, however these end.
const attached = `exec 3<&0 </dev/null
(cat <&3 >/dev/null; kill $$) &
exec "$@" 3<&-`

func run(tb testing.TB, logFile string, args ...string) {
	tb.Helper()
	log, err := os.Create(logFile) //nolint:gosec // a file of the test
	if err != nil {
		tb.Fatal(err)
	}
	//nolint:gosec,noctx // a tool of ours; its input's end is its own
	process := exec.Command("sh", append([]string{"-c", attached, "sh"}, args...)...)
	process.Stdout, process.Stderr = log, log
	input, err := process.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := process.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = input.Close()
		_ = process.Wait() // by the signal
		_ = log.Close()
		if tb.Failed() {
			text, _ := os.ReadFile(logFile) //nolint:gosec // a file of the test
			tb.Logf("log of Prometheus:\n%s", text)
		}
	})
}

// FreeAddress is one of this machine that nobody listens on.
func FreeAddress(tb testing.TB) string {
	tb.Helper()
	l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
