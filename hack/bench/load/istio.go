package load

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// fields are those of a JSON object. Numbers must be int64.
type fields = map[string]any

// custom makes an object of a kind that comes with a CRD.
func custom(apiVersion, kind, namespace, name string, spec fields) *unstructured.Unstructured {
	o := &unstructured.Unstructured{Object: fields{"spec": spec}}
	o.SetAPIVersion(apiVersion)
	o.SetKind(kind)
	o.SetNamespace(namespace)
	o.SetName(name)
	return o
}

const (
	networking = "networking.istio.io/v1"
	security   = "security.istio.io/v1"
)

// virtualService routes to the application. Edited, it routes to a host that
// does not exist.
func (a *app) virtualService(edited bool) *unstructured.Unstructured {
	to := fields{"host": a.service, "subset": "v1", "port": fields{"number": int64(servicePort)}}
	switch {
	case edited || a.mistake == unknownHost:
		to = fields{"host": "gone"}
	case a.mistake == unknownPort:
		to["port"] = fields{"number": int64(9999)}
	case a.mistake == unknownSubset:
		to["subset"] = "v9"
	}
	spec := fields{
		"hosts": []any{a.service},
		"http": []any{fields{
			"route": []any{fields{"destination": to}}, "timeout": "10s",
			"retries": fields{"attempts": int64(2), "perTryTimeout": "2s", "retryOn": "5xx"},
		}},
	}
	if a.mistake == missingGateway {
		spec["gateways"] = []any{"mesh", "gone"}
	}
	return custom(networking, "VirtualService", a.namespace, a.name, spec)
}

// destinationRule declares the application's subset and its TLS mode. Edited,
// clients speak plain text, which the mesh refuses.
func (a *app) destinationRule(edited bool) *unstructured.Unstructured {
	tls := fields{"mode": "ISTIO_MUTUAL"}
	if edited || a.mistake == plainText {
		tls["mode"] = "DISABLE"
	}
	policy := fields{
		"connectionPool":   fields{"tcp": fields{"maxConnections": int64(100)}},
		"outlierDetection": fields{"consecutive5xxErrors": int64(5), "interval": "30s", "baseEjectionTime": "30s"},
		"tls":              tls,
	}
	return custom(networking, "DestinationRule", a.namespace, a.name, fields{
		"host": a.service, "trafficPolicy": policy,
		"subsets": []any{fields{"name": "v1", "labels": fields{"version": "v1"}}},
	})
}

func (a *app) authorizationPolicy() *unstructured.Unstructured {
	labels, source := fields{"app": a.name}, a.namespace
	if a.mistake == idlePolicy {
		labels["app"] = "gone"
	}
	if a.mistake == unknownSource {
		source = "gone"
	}
	return custom(security, "AuthorizationPolicy", a.namespace, a.name, fields{
		"selector": fields{"matchLabels": labels},
		"rules":    []any{fields{"from": []any{fields{"source": fields{"namespaces": []any{source}}}}}},
	})
}

// peerAuthentication is the policy of a namespace. Edited, plain text is let in
// as well.
func peerAuthentication(namespace string, edited bool) *unstructured.Unstructured {
	mode := "STRICT"
	if edited {
		mode = "PERMISSIVE"
	}
	return custom(security, "PeerAuthentication", namespace, "default", fields{"mtls": fields{"mode": mode}})
}

func sidecar(namespace string) *unstructured.Unstructured {
	hosts := []any{"./*", "istio-system/*"}
	return custom(networking, "Sidecar", namespace, "default", fields{"egress": []any{fields{"hosts": hosts}}})
}

// gateway lets requests in from outside, for entry to route.
func gateway(namespace string) *unstructured.Unstructured {
	return custom(networking, "Gateway", namespace, "entry", fields{
		"selector": fields{"istio": "ingressgateway"},
		"servers": []any{fields{
			"port":  fields{"number": int64(443), "name": "https", "protocol": "HTTPS"},
			"hosts": []any{namespace + ".example.com"},
			"tls":   fields{"mode": "SIMPLE", "credentialName": namespace},
		}},
	})
}

func entry(namespace string) *unstructured.Unstructured {
	to := fields{"host": serviceName(0), "port": fields{"number": int64(servicePort)}}
	return custom(networking, "VirtualService", namespace, "entry", fields{
		"hosts": []any{namespace + ".example.com"}, "gateways": []any{"entry"},
		"http": []any{fields{"route": []any{fields{"destination": to}}}},
	})
}
