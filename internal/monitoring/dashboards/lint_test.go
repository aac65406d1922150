package dashboards_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/metrics"
	"github.com/meshaudit/meshaudit/internal/monitoring/dashboards"
	"github.com/meshaudit/meshaudit/internal/monitoring/promtesting"
)

// written is what a dashboard's file says, as Grafana reads it.
type (
	written struct {
		UID         string   `json:"uid"`
		Title       string   `json:"title"`
		Description string   `json:"description"`
		Tags        []string `json:"tags"`
		Editable    bool     `json:"editable"`
		Templating  struct {
			List []variable `json:"list"`
		} `json:"templating"`
		Panels []panel `json:"panels"`
	}
	variable struct {
		Name       string  `json:"name"`
		Type       string  `json:"type"`
		Query      string  `json:"query"`
		Datasource *source `json:"datasource"`
		Refresh    int     `json:"refresh"`
	}
	source struct {
		Type string `json:"type"`
		UID  string `json:"uid"`
	}
	panel struct {
		ID          int      `json:"id"`
		Type        string   `json:"type"`
		Title       string   `json:"title"`
		Description string   `json:"description"`
		Datasource  source   `json:"datasource"`
		GridPos     place    `json:"gridPos"`
		FieldConfig defaults `json:"fieldConfig"`
		Targets     []target `json:"targets"`
	}
	place struct {
		X int `json:"x"`
		Y int `json:"y"`
		W int `json:"w"`
		H int `json:"h"`
	}
	defaults struct {
		Defaults struct {
			Unit string `json:"unit"`
		} `json:"defaults"`
	}
	target struct {
		Datasource   source `json:"datasource"`
		Expr         string `json:"expr"`
		LegendFormat string `json:"legendFormat"`
		Instant      bool   `json:"instant"`
		Range        bool   `json:"range"`
	}
)

func read(t *testing.T) (list []written) {
	t.Helper()
	for _, d := range dashboards.All() {
		text, err := os.ReadFile(filepath.Join(promtesting.Root(t), "config", "grafana", d.UID+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var w written
		if err := json.Unmarshal(text, &w); err != nil {
			t.Fatal(err)
		}
		list = append(list, w)
	}
	return list
}

var chosen = source{"prometheus", "${datasource}"}

// The rules of grafana's dashboard-linter for whole dashboards. Those on the
// variables job and instance do not fit: a cluster has one MeshAudit, and its
// replicas tell the same.
func TestDashboards(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range read(t) {
		if d.UID == "" || len(d.UID) > 40 || seen[d.UID] || !strings.HasPrefix(d.Title, "MeshAudit / ") || d.Description == "" ||
			!slices.Equal(d.Tags, []string{"meshaudit"}) {
			t.Errorf("a name, a description or a tag is missing: %+v", d)
		}
		seen[d.UID] = true
		if d.Editable {
			t.Errorf("%s: what is generated must not be edited", d.Title)
		}
		var names []string
		for _, v := range d.Templating.List {
			names = append(names, v.Name)
			if v.Type == "query" && (v.Datasource == nil || *v.Datasource != chosen || v.Refresh != 2 ||
				!strings.HasPrefix(v.Query, "label_values(meshaudit_")) {
				t.Errorf("%s: variable %+v does not follow data source and time", d.Title, v)
			}
		}
		if !slices.Equal(names, []string{"datasource", "cluster", "namespace"}) {
			t.Errorf("%s has the variables %q", d.Title, names)
		}
	}
}

// The rules for panels: title, description, unit and place, and the data source
// that was chosen.
func TestPanels(t *testing.T) {
	units := []string{"short", "s", "bytes", "none", "ops", "reqps", "wps"}
	for _, d := range read(t) {
		taken := map[[2]int]string{}
		for i, p := range d.Panels {
			if p.ID != i+1 || p.Title == "" || !strings.HasSuffix(p.Description, ".") || p.Datasource != chosen {
				t.Errorf("%s: panel %+v lacks a title, a description or the data source", d.Title, p)
			}
			if !slices.Contains(units, p.FieldConfig.Defaults.Unit) {
				t.Errorf("%s, %s: unit %q", d.Title, p.Title, p.FieldConfig.Defaults.Unit)
			}
			g := p.GridPos
			for x := g.X; x < g.X+g.W; x++ {
				for y := g.Y; y < g.Y+g.H; y++ {
					if other := taken[[2]int{x, y}]; other != "" || x >= 24 {
						t.Fatalf("%s: %q lies over %q or leaves the grid", d.Title, p.Title, other)
					}
					taken[[2]int{x, y}] = p.Title
				}
			}
			for _, q := range p.Targets {
				if q.LegendFormat == "" || q.Datasource != chosen || q.Instant == q.Range || q.Range != (p.Type == "timeseries") {
					t.Errorf("%s, %s: query %+v lacks a legend, the data source or a kind", d.Title, p.Title, q)
				}
			}
			if len(p.Targets) == 0 {
				t.Errorf("%s, %s: no query", d.Title, p.Title)
			}
		}
	}
}

var (
	selector = regexp.MustCompile(`\b(meshaudit_\w+)(\{[^}]*\})?`)
	matcher  = regexp.MustCompile(`(\w+)(=~|=|!=|!~)"`)
	counter  = regexp.MustCompile(`(rate|increase)\([a-z_]+(_total|_count|_bucket)(\{[^}]*\})?\[\$__(rate_interval|range)\]\)`)
	anyCount = regexp.MustCompile(`_(total|count|bucket)\b`)
)

// The rules for queries: metrics and labels exist, variables select, counters
// are read as rates over Grafana's interval, and replicas count once.
func TestQueries(t *testing.T) {
	for _, d := range read(t) {
		for _, p := range d.Panels {
			for _, q := range p.Targets {
				for _, problem := range problems(q.Expr) {
					t.Errorf("%s, %s: %s: %s", d.Title, p.Title, problem, q.Expr)
				}
			}
		}
	}
}

func problems(expr string) (list []string) {
	for _, m := range selector.FindAllStringSubmatch(expr, -1) {
		labels, ok := labelsOf(m[1])
		if !ok {
			list = append(list, m[1]+" does not exist")
		}
		if !strings.Contains(m[2], `cluster=~"$cluster"`) {
			list = append(list, m[1]+" is not selected by cluster")
		}
		if slices.Contains(labels, "namespace") && !strings.Contains(m[2], `namespace=~"$namespace"`) {
			list = append(list, m[1]+" is not selected by namespace")
		}
		for _, l := range matcher.FindAllStringSubmatch(m[2], -1) {
			if l[1] != "cluster" && !slices.Contains(labels, l[1]) {
				list = append(list, m[1]+" has no label "+l[1])
			}
		}
	}
	if len(anyCount.FindAllString(expr, -1)) != len(counter.FindAllString(expr, -1)) {
		list = append(list, "a counter without a rate over Grafana's interval")
	}
	if !regexp.MustCompile(`\b(max|min|count|sum) by \(`).MatchString(expr) {
		list = append(list, "nothing aggregates over replicas")
	}
	return list
}

// labelsOf gives the labels of a metric, or of the histogram that it is a part of.
func labelsOf(name string) (labels []string, ok bool) {
	for _, d := range metrics.Descriptions() {
		part, is := strings.CutPrefix(name, d.Name)
		if is && (part == "" || d.Type == "histogram" && slices.Contains([]string{"_bucket", "_count", "_sum"}, part)) {
			return d.Labels, true
		}
	}
	return nil, false
}
