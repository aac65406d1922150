package audit_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/manifests"
)

// inAWS is a virtual node and what AWS says of it.
const inAWS = `
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualNode
metadata: {name: n%[2]d, namespace: %[1]s}
spec:
  meshRef: {name: %[1]s}
  listeners: [{portMapping: {port: 8080, protocol: http}}]
  serviceDiscovery: {dns: {hostname: n%[2]d.%[1]s.svc.cluster.local}}
status:
  virtualNodeARN: arn:aws:appmesh:eu-west-1:111122223333:mesh/%[1]s/virtualNode/n%[2]d_%[1]s
  conditions: [{type: VirtualNodeActive, status: "True"}]
---
apiVersion: aws.meshaudit.io/v1alpha1
kind: AppMeshResource
metadata: {name: "arn:aws:appmesh:eu-west-1:111122223333:mesh/%[1]s/virtualNode/n%[2]d_%[1]s"}
virtualNode:
  meshName: %[1]s
  virtualNodeName: n%[2]d_%[1]s
  metadata:
    arn: arn:aws:appmesh:eu-west-1:111122223333:mesh/%[1]s/virtualNode/n%[2]d_%[1]s
    createdAt: "2026-03-02T09:00:00Z"
    lastUpdatedAt: "2026-11-20T10:00:00Z"
    meshOwner: "111122223333"
    resourceOwner: "111122223333"
    version: 4
  spec:
    listeners: [{portMapping: {port: %[3]d, protocol: http}}]
    serviceDiscovery: {dns: {hostname: n%[2]d.%[1]s.svc.cluster.local, responseType: LOADBALANCER}}
  status: {status: ACTIVE}
---
`

// inAWSAlone is a virtual router and a virtual service that only AWS has.
const inAWSAlone = `
apiVersion: aws.meshaudit.io/v1alpha1
kind: AppMeshResource
metadata: {name: "arn:aws:appmesh:eu-west-1:111122223333:mesh/%[1]s/%[3]s/n%[2]d_%[1]s"}
%[3]s:
  meshName: %[1]s
  %[3]sName: n%[2]d_%[1]s
  metadata:
    arn: arn:aws:appmesh:eu-west-1:111122223333:mesh/%[1]s/%[3]s/n%[2]d_%[1]s
    createdAt: "2026-03-02T09:00:00Z"
    lastUpdatedAt: "2026-11-20T10:00:00Z"
    meshOwner: "111122223333"
    resourceOwner: "111122223333"
    version: 4
  spec: {}
  status: {status: ACTIVE}
---
`

func batchOf(text string) inventory.Batch {
	return manifests.Load([]string{manifests.Stdin}, strings.NewReader(text)).Batch(false)
}

// BenchmarkAWSChange changes what AWS says of one virtual node, there and back,
// among 15 meshes of 200 virtual nodes, routers and services each. It fails if
// that costs more than a millisecond, once it has warmed up.
func BenchmarkAWSChange(b *testing.B) {
	var text strings.Builder
	for m := range 15 {
		mesh := fmt.Sprint("mesh-", m)
		fmt.Fprintf(&text, meshInAWS, mesh)
		for i := range 200 {
			fmt.Fprintf(&text, inAWS, mesh, i, 8080)
			fmt.Fprintf(&text, inAWSAlone, mesh, i, "virtualRouter")
			fmt.Fprintf(&text, inAWSAlone, mesh, i, "virtualService")
		}
	}
	e := newEngine(b)
	e.Apply(batchOf(text.String()))
	e.Evaluate(start, nil)
	versions := [2]inventory.Batch{changedInAWS(9090), changedInAWS(8080)}
	b.ResetTimer()
	for i := range b.N {
		e.Apply(versions[i%2])
		if results := e.Evaluate(start, nil); len(results) != 1 {
			b.Fatalf("%d subjects differ, want the virtual node alone", len(results))
		}
	}
	if each := b.Elapsed() / time.Duration(b.N); b.N >= 100 && each > time.Millisecond {
		b.Errorf("a change takes %s", each)
	}
}

const meshInAWS = `
apiVersion: appmesh.k8s.aws/v1beta2
kind: Mesh
metadata: {name: %[1]s}
spec: {namespaceSelector: {matchLabels: {mesh: %[1]s}}}
status:
  meshARN: arn:aws:appmesh:eu-west-1:111122223333:mesh/%[1]s
  conditions: [{type: MeshActive, status: "True"}]
---
`

// changedInAWS is the one virtual node's resource with another port.
func changedInAWS(port int) inventory.Batch {
	all := batchOf(fmt.Sprintf(inAWS, "mesh-7", 100, port))
	maps.DeleteFunc(all.Objects, func(r inventory.Ref, _ *inventory.Object) bool {
		return r.Kind != "AppMeshResource.aws.meshaudit.io"
	})
	return inventory.Batch{Objects: all.Objects}
}
