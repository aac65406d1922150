package dashboards

import "fmt"

const (
	tag          = "meshaudit"
	namespaceUID = "meshaudit-namespace"
	width        = 24 // of Grafana's grid
)

var prometheus = datasource{Type: "prometheus", UID: "${datasource}"}

func (d *Dashboard) document() document {
	return document{
		UID: d.UID, Title: d.Title, Description: d.Description, Tags: []string{tag}, SchemaVersion: 39,
		GraphTooltip: 1, Refresh: "1m", Time: timeRange{"now-24h", "now"},
		Links: []link{{
			Title: "MeshAudit", Type: "dashboards", Tags: []string{tag}, AsDropdown: true, IncludeVars: true, KeepTime: true,
		}},
		Templating: templating{d.variables()}, Panels: d.layOut(),
	}
}

func (d *Dashboard) variables() []variable {
	const onTimeChange, ascending = 2, 1
	namespaces := variable{
		Name: "namespace", Label: "Namespace", Type: "query", Datasource: &prometheus,
		Query: `label_values(meshaudit_findings{` + inClusters + `}, namespace)`, Refresh: onTimeChange, Sort: ascending,
	}
	if !d.OneNamespace {
		namespaces.all()
	}
	clusters := variable{
		Name: "cluster", Label: "Cluster", Type: "query", Datasource: &prometheus,
		Query: `label_values(meshaudit_build_info, cluster)`, Refresh: onTimeChange, Sort: ascending,
	}
	clusters.all()
	return []variable{
		{Name: "datasource", Label: "Data source", Type: "datasource", Query: prometheus.Type, Refresh: 1},
		clusters, namespaces,
	}
}

// all lets the variable have several values, at first all of them, which also
// take what has no such label.
func (v *variable) all() {
	v.Multi, v.IncludeAll, v.AllValue, v.Current = true, true, ".*", &option{"All", "$__all"}
}

// layOut puts panels from left to right into lines as high as the highest.
func (d *Dashboard) layOut() []panel {
	var out []panel
	x, y, line := 0, 0, 0
	for i := range d.Panels {
		p := &d.Panels[i]
		if x+p.Width > width {
			x, y, line = 0, y+line, 0
		}
		out = append(out, p.panel(i+1, position{x, y, p.Width, p.Height}))
		x, line = x+p.Width, max(line, p.Height)
	}
	return out
}

func (p Panel) panel(id int, at position) panel {
	out := panel{
		ID: id, Type: p.Type, Title: p.Title, Description: p.Description, Datasource: prometheus, GridPos: at,
		FieldConfig: p.fields(), Options: p.options(),
	}
	for i, q := range p.Queries {
		out.Targets = append(out.Targets, p.target(i, q))
	}
	if p.Type == Table {
		out.Transformations = p.columns()
	}
	return out
}

func (p Panel) target(i int, q Query) target {
	t := target{RefID: ref(i), Datasource: prometheus, Expr: q.Expr, LegendFormat: q.Legend, Format: "time_series"}
	t.Range = p.Type == TimeSeries
	t.Instant = !t.Range
	if p.Type == Table {
		t.Format = "table"
	}
	return t
}

// ref is the name of a query: A, B and so on.
func ref(i int) string { return "ABCDEFGH"[i : i+1] }

// columns merges the queries into one table, in which each is a column by its
// legend.
func (p Panel) columns() []transformation {
	names := map[string]string{"Value": p.Queries[0].Legend} // of a single query
	for i, q := range p.Queries {
		names[fmt.Sprintf("Value #%s", ref(i))] = q.Legend
	}
	return []transformation{
		{"merge", map[string]any{}},
		{"organize", map[string]any{"excludeByName": map[string]bool{"Time": true}, "renameByName": names}},
	}
}

func (p Panel) options() map[string]any {
	last := map[string]any{"calcs": []string{"lastNotNull"}, "fields": "", "values": false}
	switch p.Type {
	case Stat:
		mode := "value"
		if p.Names {
			mode = "name"
		} else if p.Queries[0].Legend != p.Title {
			mode = "value_and_name"
		}
		return map[string]any{"reduceOptions": last, "textMode": mode, "colorMode": "value", "graphMode": "none"}
	case BarGauge:
		return map[string]any{"reduceOptions": last, "orientation": "horizontal", "displayMode": "basic"}
	case TimeSeries:
		return map[string]any{
			"legend":  map[string]any{"displayMode": "list", "placement": "bottom", "showLegend": true},
			"tooltip": map[string]any{"mode": "multi", "sort": "desc"},
		}
	case Table:
		return map[string]any{"sortBy": []map[string]any{{"displayName": p.Queries[0].Legend, "desc": true}}}
	}
	return nil
}
