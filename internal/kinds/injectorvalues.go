package kinds

import "k8s.io/apimachinery/pkg/util/yaml"

// wireValues are the installation's values as istiod's chart writes them.
type wireValues struct {
	Global struct {
		Hub     word `json:"hub"`
		Tag     word `json:"tag"`
		Variant word `json:"variant"`
		Proxy   struct {
			Image     word `json:"image"`
			Resources struct {
				Requests amounts `json:"requests"`
				Limits   amounts `json:"limits"`
			} `json:"resources"`
			Hold                 word `json:"holdApplicationUntilProxyStarts"`
			Privileged           word `json:"privileged"`
			IncludeInboundPorts  word `json:"includeInboundPorts"`
			ExcludeInboundPorts  word `json:"excludeInboundPorts"`
			ExcludeOutboundPorts word `json:"excludeOutboundPorts"`
			IncludeIPRanges      word `json:"includeIPRanges"`
			ExcludeIPRanges      word `json:"excludeIPRanges"`
			StatusPort           word `json:"statusPort"`
		} `json:"proxy"`
		ProxyInit struct {
			Image word `json:"image"`
		} `json:"proxy_init"`
	} `json:"global"`
	Pilot struct {
		CNI switched `json:"cni"`
	} `json:"pilot"`
	OlderCNI switched `json:"istio_cni"` // before 1.24
	Webhook  struct {
		ByDefault word `json:"enableNamespacesByDefault"`
	} `json:"sidecarInjectorWebhook"`
}

type switched struct {
	Enabled word `json:"enabled"`
}

func decodeInjectorValues(text string) (InjectorValues, error) {
	var w wireValues
	if err := yaml.Unmarshal([]byte(text), &w); err != nil {
		return InjectorValues{}, err
	}
	g, p := &w.Global, &w.Global.Proxy
	requests, err := p.Resources.Requests.list()
	if err != nil {
		return InjectorValues{}, err
	}
	limits, err := p.Resources.Limits.list()
	return InjectorValues{
		Hub: string(g.Hub), Tag: string(g.Tag), Variant: string(g.Variant),
		ProxyImage: string(p.Image), InitImage: string(g.ProxyInit.Image),
		Requests: requests, Limits: limits,
		HoldApplication: p.Hold.yes(), Privileged: p.Privileged.yes(),
		CNIEnabled:                w.Pilot.CNI.Enabled.yes() || w.OlderCNI.Enabled.yes(),
		EnableNamespacesByDefault: w.Webhook.ByDefault.yes(),
		IncludeInboundPorts:       string(p.IncludeInboundPorts),
		ExcludeInboundPorts:       string(p.ExcludeInboundPorts),
		ExcludeOutboundPorts:      string(p.ExcludeOutboundPorts),
		IncludeIPRanges:           string(p.IncludeIPRanges), ExcludeIPRanges: string(p.ExcludeIPRanges),
		StatusPort: string(p.StatusPort),
	}, err
}
