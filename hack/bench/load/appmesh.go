package load

import "k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

const (
	appMesh     = "appmesh.k8s.aws/v1beta2"
	appMeshName = "load"
)

func listener() fields {
	return fields{"portMapping": fields{"port": int64(appPort), "protocol": "http"}}
}

// virtualNode stands for the application's Pods, which call the application
// themselves.
func (a *app) virtualNode() *unstructured.Unstructured {
	backend := a.name
	if a.mistake == danglingBackend {
		backend = "gone"
	}
	return custom(appMesh, "VirtualNode", a.namespace, a.name, fields{
		"podSelector":      fields{"matchLabels": fields{"app": a.name}},
		"listeners":        []any{listener()},
		"backends":         []any{fields{"virtualService": fields{"virtualServiceRef": fields{"name": backend}}}},
		"serviceDiscovery": fields{"dns": fields{"hostname": a.hostname()}},
	})
}

func (a *app) virtualRouter() *unstructured.Unstructured {
	node := a.name
	if a.mistake == danglingRoute {
		node = "gone"
	}
	target := fields{"virtualNodeRef": fields{"name": node}, "weight": int64(1)}
	return custom(appMesh, "VirtualRouter", a.namespace, a.name, fields{
		"listeners": []any{listener()},
		"routes": []any{fields{"name": "main", "httpRoute": fields{
			"match": fields{"prefix": "/"}, "action": fields{"weightedTargets": []any{target}},
		}}},
	})
}

func (a *app) appMeshService() *unstructured.Unstructured {
	router := a.name
	if a.mistake == danglingService {
		router = "gone"
	}
	return custom(appMesh, "VirtualService", a.namespace, a.name, fields{
		"awsName":  a.hostname(),
		"provider": fields{"virtualRouter": fields{"virtualRouterRef": fields{"name": router}}},
	})
}

func (a *app) hostname() string { return a.service + "." + a.namespace + ".svc.cluster.local" }
