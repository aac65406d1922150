# MeshAudit. `make help` lists the targets. Every tool is built into bin/ from
# its Go module, by a module of its own, so that nothing but Go and make is
# needed and the program's dependencies stay its own.

SHELL := /bin/sh
BIN := $(CURDIR)/bin
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo v0.1.0)
LDFLAGS := -s -w -X github.com/meshaudit/meshaudit/internal/cli.Version=$(VERSION)
export GOFLAGS ?= -buildvcs=false

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this help
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Use

.PHONY: build
build: ## Build bin/meshaudit
	@CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN)/meshaudit .

.PHONY: demo
demo: build controlplane ## Run the whole product on an embedded control plane (ONCE=1: print and end)
	@go build -C hack/controlplane -o $(BIN)/meshaudit-demo ./demo
	@$(BIN)/meshaudit-demo $(if $(ONCE),--once)

##@ Check

.PHONY: test
test: controlplane prometheus $(BIN)/install/samples.yaml ## Run all tests against a real control plane
	go test -race -timeout 40m ./...
	go test -timeout 20m -run TestIncrementalEqualsFromScratch ./internal/audit
	go test -C hack/controlplane -race -timeout 20m ./...

.PHONY: e2e
e2e: controlplane prometheus ## Tell the story of a mistake: report, metrics, alert, Event, exception, fix
	go test -race -count 1 -timeout 15m -v ./internal/e2e

.PHONY: faults
faults: controlplane ## Tell the stories of faults in full: each kind suffers each fault, CRDs go ten times
	MESHAUDIT_FAULTS=all go test -race -timeout 40m ./internal/cli

.PHONY: lint
lint: $(BIN)/golangci-lint ## Lint the code
	$(BIN)/golangci-lint run ./...
	cd hack/controlplane && $(BIN)/golangci-lint run ./...
	cd hack/render && $(BIN)/golangci-lint run ./...

.PHONY: vulncheck
vulncheck: $(BIN)/govulncheck ## Look for known vulnerabilities in what is called (GOVULNDB=file:///DIR: without network)
	$(BIN)/govulncheck $(if $(GOVULNDB),-db $(GOVULNDB)) ./...

.PHONY: verify
verify: ## Fail if a generated file is stale
	@mkdir -p $(BIN)
	@$(GENERATED) > $(BIN)/generated.before
	@$(MAKE) --no-print-directory generate
	@$(GENERATED) > $(BIN)/generated.after
	@diff $(BIN)/generated.before $(BIN)/generated.after || { echo "generated files were stale: commit what make generate wrote"; exit 1; }

GENERATED = find api config docs hack/appmesh-crds internal -type f | sort | xargs sha256sum

.PHONY: bench
bench: ## Run the benchmarks that docs/performance.md tells of
	go test -run '^$$' -bench . -benchmem ./internal/...

.PHONY: bench-files
bench-files: build $(BIN)/istioctl ## Compare analyze --file with istioctl analyze (builds istioctl: ten minutes)
	go run ./hack/bench/files --bin $(BIN)

.PHONY: properties
properties: ## A million random edits, after each of which incremental must equal from scratch (EDITS=n SEED=n)
	go test ./internal/audit -run TestIncrementalEqualsFromScratch -count 1 -timeout 2h -v -edits $(EDITS) -seed $(SEED)

EDITS ?= 1000000
SEED ?= 1

.PHONY: bench-cluster
bench-cluster: build controlplane ## Measure the operator on a real API server (SIZE=100000, ONLY=latency,root, KEEP=folder)
	go run ./hack/bench/cluster --size $(SIZE) $(if $(ONLY),--only $(ONLY)) $(if $(KEEP),--keep $(KEEP))

SIZE ?= 10000

.PHONY: fuzz
fuzz: ## Fuzz everything that reads what others write, three minutes each (FUZZTIME=1h: longer)
	@set -e; grep -rHo --include='*_test.go' '^func Fuzz[A-Za-z]*' internal controllers | sort | while IFS=: read -r file f; do \
		echo "$$file $$f"; \
		go test -run '^$$' -fuzz "^$${f#func }$$" -fuzztime $(FUZZTIME) -parallel 1 "./$${file%/*}" </dev/null; \
	done

FUZZTIME ?= 3m

##@ Develop

.PHONY: generate
generate: $(BIN)/controller-gen ## Write all generated files
	$(BIN)/controller-gen object paths=./api/...
	$(BIN)/controller-gen crd paths=./api/v1alpha1 output:crd:dir=config/crd
	$(BIN)/controller-gen crd:maxDescLen=0 paths=./api/appmesh/v1beta2 output:crd:dir=hack/appmesh-crds
	go run ./hack/gen

.PHONY: render
render: $(BIN)/install/samples.yaml ## Render Istio's charts and samples into bin/install, for TestDefaultInstallation

$(BIN)/install/samples.yaml: hack/render/go.mod $(wildcard hack/render/*.go)
	@mkdir -p $(@D)
	go run -C hack/render . $(@D)

.PHONY: controlplane
controlplane: ## Build etcd, kube-apiserver and friends (once; ten to fifteen minutes)
	@go run -C hack/controlplane ./build

.PHONY: prometheus
prometheus: $(BIN)/prometheus ## Build Prometheus and promtool, which tests need (once; some minutes)

# Without service discovery, whose modules are many and of no use here.
$(BIN)/prometheus: hack/tools/prometheus/go.mod
	go build -C hack/tools/prometheus -tags remove_all_sd -trimpath -ldflags '-s -w' -o $(BIN)/ tool

$(BIN)/controller-gen $(BIN)/kustomize: hack/tools/gen/go.mod
	go build -C hack/tools/gen -o $(BIN)/ tool

$(BIN)/golangci-lint: hack/tools/lint/go.mod
	go build -C hack/tools/lint -o $(BIN)/ tool

$(BIN)/govulncheck: hack/tools/vuln/go.mod
	go build -C hack/tools/vuln -o $(BIN)/ tool

$(BIN)/istioctl: hack/bench/istioctl/go.mod
	go build -C hack/bench/istioctl -trimpath -ldflags '-s -w' -o $@ istio.io/istio/istioctl/cmd/istioctl
