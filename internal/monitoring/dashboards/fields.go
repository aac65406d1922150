package dashboards

// How Grafana shows values.
type (
	fieldConfig struct {
		Defaults  fieldDefaults `json:"defaults"`
		Overrides []override    `json:"overrides"`
	}
	fieldDefaults struct {
		Unit       string         `json:"unit"`
		Min        *int           `json:"min,omitempty"`
		Color      map[string]any `json:"color"`
		Thresholds thresholds     `json:"thresholds"`
		Custom     map[string]any `json:"custom,omitempty"`
	}
	thresholds struct {
		Mode  string `json:"mode"`
		Steps []step `json:"steps"`
	}
	step struct {
		Color string   `json:"color"`
		Value *float64 `json:"value"` // null for the first
	}
	override struct {
		Matcher    property   `json:"matcher"`
		Properties []property `json:"properties"`
	}
	property struct {
		ID      string `json:"id,omitempty"`
		Options any    `json:"options,omitempty"`
		Value   any    `json:"value,omitempty"`
	}
)

func (p Panel) fields() fieldConfig {
	d := fieldDefaults{
		Unit: p.Unit, Min: new(0), Color: map[string]any{"mode": "palette-classic"}, Thresholds: p.thresholds(),
	}
	switch p.Type {
	case Stat, BarGauge:
		d.Color = map[string]any{"mode": "thresholds"}
	case TimeSeries:
		d.Custom = map[string]any{"lineWidth": 1, "fillOpacity": 10, "showPoints": "never"}
		if p.Stacked {
			d.Custom["stacking"] = map[string]any{"mode": "normal", "group": "A"}
		}
	case Table:
	}
	return fieldConfig{d, p.overrides()}
}

func (p Panel) thresholds() thresholds {
	t := thresholds{"absolute", []step{{Color: "text"}}}
	if p.Bound > 0 {
		t.Steps = []step{{Color: "green"}, {"red", &p.Bound}}
	}
	return t
}

// overrides give severities their colors and namespaces their link.
func (p Panel) overrides() []override {
	list := []override{}
	for _, s := range severities {
		props := []property{{ID: "color", Value: map[string]any{"mode": "fixed", "fixedColor": s.color}}}
		switch p.Type {
		case Table:
			props = append(props, property{ID: "mappings", Value: blankZero}, property{
				ID: "custom.cellOptions", Value: map[string]any{"type": "color-text"},
			})
		case TimeSeries:
		case Stat, BarGauge:
			continue
		}
		list = append(list, override{property{ID: "byName", Options: s.name}, props})
	}
	if p.Type == Table {
		list = append(list, override{property{ID: "byName", Options: "namespace"}, []property{{ID: "links", Value: []link{{
			Title: "Namespace",
			URL:   "/d/" + namespaceUID + "?${datasource:queryparam}&${cluster:queryparam}&var-namespace=${__value.raw}",
		}}}}})
	}
	return list
}

// blankZero shows no zeros, so that what is there stands out.
var blankZero = []map[string]any{{"type": "value", "options": map[string]any{
	"0": map[string]any{"text": "–", "color": "text"},
}}}
