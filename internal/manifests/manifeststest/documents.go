package manifeststest

const namespaceDocuments = `{{define "namespace"}}---
apiVersion: v1
kind: Namespace
metadata:
  name: {{.Namespace}}
  labels:
    istio-injection: enabled
    owner: {{.Namespace}}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: public
  namespace: {{.Namespace}}
spec:
  selector:
    istio: ingressgateway
  servers:
  - port:
      number: 443
      name: https
      protocol: HTTPS
    tls:
      mode: SIMPLE
      credentialName: {{.Namespace}}-cert
    hosts:
    - "*.{{.Namespace}}.example.com"
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: {{.Namespace}}
spec:
  mtls:
    mode: STRICT
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: same-namespace
  namespace: {{.Namespace}}
spec:
  action: ALLOW
  rules:
  - from:
    - source:
        namespaces: ["{{.Namespace}}", istio-system]
    to:
    - operation:
        methods: [GET, POST]
{{end}}`

const appDocuments = `{{define "app"}}---
apiVersion: v1
kind: Service
metadata:
  name: {{.App}}
  namespace: {{.Namespace}}
  labels:
    app: {{.App}}
spec:
  selector:
    app: {{.App}}
  ports:
  - name: http
    port: 8080
    targetPort: 8080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{.App}}
  namespace: {{.Namespace}}
spec:
  replicas: 4
  selector:
    matchLabels:
      app: {{.App}}
  template:
    metadata:
      labels:
        app: {{.App}}
        version: v1
    spec:
      containers:
      - name: app
        image: registry.example.com/{{.App}}:1.4.2
        ports:
        - containerPort: 8080
        resources:
          requests: {cpu: 100m, memory: 128Mi}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {{.App}}
  namespace: {{.Namespace}}
spec:
  hosts:
  - {{.App}}.{{.Namespace}}.svc.cluster.local
  http:
  - route:
    - destination:
        host: {{.App}}.{{.Namespace}}.svc.cluster.local
        subset: v1
        port:
          number: 8080
    timeout: 5s
    retries:
      attempts: 2
      perTryTimeout: 2s
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: {{.App}}
  namespace: {{.Namespace}}
spec:
  host: {{.App}}.{{.Namespace}}.svc.cluster.local
  trafficPolicy:
    connectionPool:
      http:
        http2MaxRequests: 1000
  subsets:
  - name: v1
    labels:
      version: v1
{{end}}`

const podDocument = `{{define "pod"}}---
apiVersion: v1
kind: Pod
metadata:
  name: {{.App}}-7d9f8c6b5-{{.Pod}}
  namespace: {{.Namespace}}
  labels:
    app: {{.App}}
    version: v1
spec:
  nodeName: node-{{.Node}}
  serviceAccountName: {{.App}}
  containers:
  - name: app
    image: registry.example.com/{{.App}}:1.4.2
    ports:
    - containerPort: 8080
      protocol: TCP
status:
  phase: Running
  podIP: 10.1.{{.Node}}.{{.Pod}}
{{end}}`
