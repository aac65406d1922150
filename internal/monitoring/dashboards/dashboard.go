package dashboards

// Dashboard is one dashboard.
type Dashboard struct {
	UID, Title, Description string
	// OneNamespace lets the variable namespace have one value, not many.
	OneNamespace bool
	Panels       []Panel
}

// Panel is one panel.
type Panel struct {
	Type               Type
	Title, Description string
	Unit               string // Grafana's name of it
	Width, Height      int    // Width of 24
	Queries            []Query
	// Stacked is for a time series, Names for a stat that shows the names of its
	// series instead of their values.
	Stacked, Names bool
	// Bound is the value from which on a stat is red; 0 for none.
	Bound float64
}

// Query is one query of a panel. In a table it is a column of that name, by the
// labels of its result.
type Query struct{ Expr, Legend string }

// Type is Grafana's name for a kind of panel.
type Type string

// The types in use.
const (
	Stat       Type = "stat"
	TimeSeries Type = "timeseries"
	BarGauge   Type = "bargauge"
	Table      Type = "table"
)

// All lists the dashboards.
func All() []Dashboard { return []Dashboard{fleet, namespace, operator, appMesh} }

// Units of Grafana's.
const (
	count   = "short"
	seconds = "s"
	bytes   = "bytes"
	cores   = "none"
	events  = "ops"
	request = "reqps"
	writes  = "wps"
)

// stat is a small panel with one number.
func stat(title, description, expr string, bound float64) Panel {
	return Panel{
		Type: Stat, Title: title, Description: description, Unit: count, Width: 4, Height: 4,
		Queries: []Query{{expr, title}}, Bound: bound,
	}
}

// series is a panel of half the width with lines over time.
func series(title, description, unit string, queries ...Query) Panel {
	return Panel{
		Type: TimeSeries, Title: title, Description: description, Unit: unit, Width: 12, Height: 8, Queries: queries,
	}
}

func (p Panel) stacked() Panel { p.Stacked = true; return p }

func (p Panel) unit(u string) Panel { p.Unit = u; return p }

func (p Panel) names() Panel { p.Names = true; return p }

func (p Panel) legend(l string) Panel { p.Queries[0].Legend = l; return p }

// table is a panel of half the width with a column for each severity.
func table(title, description string, expr func(severity string) string) Panel {
	p := Panel{Type: Table, Title: title, Description: description, Unit: count, Width: 12, Height: 10}
	for _, s := range severities {
		p.Queries = append(p.Queries, Query{expr(s.name), s.name})
	}
	return p
}

// bars is a panel of half the width that ranks.
func bars(title, description, expr, legend string) Panel {
	return Panel{
		Type: BarGauge, Title: title, Description: description, Unit: count, Width: 12, Height: 10,
		Queries: []Query{{expr, legend}},
	}
}
