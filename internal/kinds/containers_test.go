package kinds

import (
	"fmt"
	"testing"
)

func TestCallsQuit(t *testing.T) {
	for text, want := range map[string]bool{
		`command: [sh, -c, "run; curl -XPOST localhost:15020/quitquitquit"]`:                     true,
		`command: [sh, -c], args: ["run; curl -XPOST localhost:15020/quitquitquit"]`:             true,
		`lifecycle: {preStop: {exec: {command: [curl, "http://localhost:15020/quitquitquit"]}}}`: true,
		`lifecycle: {preStop: {httpGet: {path: /quitquitquit, port: 15020}}}`:                    true,
		`lifecycle: {postStart: {tcpSocket: {port: 1}}, preStop: {sleep: {seconds: 1}}}`:         false,
		`command: [quit], env: [{name: A, value: quitquitquit}]`:                                 false,
		`image: "example/app:1"`: false,
	} {
		o := fromYAML(t, "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec: {containers: [{name: app, "+text+"}]}")
		if got := Pods.Of(o).Containers[0].CallsQuit; got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestSecurityOfContainers(t *testing.T) {
	p := Pods.Of(fromYAML(t, `
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: b}
spec:
  securityContext: {runAsUser: 1, runAsGroup: 2}
  containers:
    - {name: app, securityContext: {runAsUser: 3, runAsGroup: 4, privileged: true}}
    - name: istio-proxy
      securityContext: {privileged: false}
      env: [{name: EMPTY, value: ""}, {name: FROM, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
`))
	app, proxy := p.Containers[0], p.Containers[1]
	if *p.RunAsGroup != 2 || *app.RunAsGroup != 4 || !app.Privileged || proxy.Privileged || proxy.RunAsGroup != nil {
		t.Errorf("%+v", p.PodSpec)
	}
	if !proxy.EnvSet("EMPTY") || !proxy.EnvSet("FROM") || proxy.EnvSet("NONE") || proxy.EnvValue("FROM") != "" {
		t.Errorf("environment %v", proxy.Env)
	}
}

func TestMinor(t *testing.T) {
	for version, want := range map[string]string{
		"v1.34.1": "34 true", "v1.33.0-gke.100": "33 true", "v1.30.2+k3s1": "30 true", "1.29": "29 true",
		"": "0 false", "v1": "0 false", "v1.x.0": "0 false", "v2.1.0": "0 false",
	} {
		n := Node{KubeletVersion: version}
		if minor, ok := n.Minor(); fmt.Sprint(minor, ok) != want {
			t.Errorf("%s: %d %v", version, minor, ok)
		}
	}
}
