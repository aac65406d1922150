package e2e

// The policy publishes OpenReports, and reports follow a little sooner than by
// default. Whoever runs the test may have an account in AWS.
const policy = `
apiVersion: meshaudit.io/v1alpha1
kind: MeshAuditPolicy
metadata: {name: default}
spec:
  export: {openReports: true}
  appMesh: {aws: {mode: "Off"}}
  reports: {quietPeriod: 100ms, minWriteInterval: 500ms}`

const shop = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}`

// The ledger is in the mesh, which is strict about it.
const ledger = `
apiVersion: v1
kind: Service
metadata: {name: ledger, namespace: shop}
spec:
  selector: {app: ledger}
  ports: [{name: http, port: 8080}]
---
apiVersion: v1
kind: Pod
metadata: {name: ledger, namespace: shop, labels: {app: ledger}, annotations: {sidecar.istio.io/status: "{}"}}
spec:
  containers:
  - {name: ledger, image: example/ledger:v1}
  - name: istio-proxy
    image: example/proxyv2:1.31.0
    args: [proxy, sidecar]
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: "1", memory: 1Gi}}`

const strict = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}`

// plainText is the mistake.
const plainText = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ledger, namespace: shop}
spec: {host: ledger, trafficPolicy: {tls: {mode: DISABLE}}}`
