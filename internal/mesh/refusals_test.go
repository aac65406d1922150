package mesh_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// budget is the amounts of a container in the order of mesh.ProxyResources; a
// negative one is not given.
type budget [4]int64

// admit says what the API server's LimitRanger has against containers.
func admit(item *corev1.LimitRangeItem, containers ...budget) bool {
	if item.Type == corev1.LimitTypePod {
		var sum budget
		for _, c := range containers {
			for i := range c {
				sum[i] += max(0, c[i])
			}
		}
		containers = []budget{sum}
	}
	for _, c := range containers {
		for i, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
			request, limit := c[i], c[i+2]
			if most, ok := item.Max[name]; ok && max(limit, request) > most.Value() {
				return false
			}
			if least, ok := item.Min[name]; ok && min(limit, request) < least.Value() {
				return false
			}
			if ratio, ok := item.MaxLimitRequestRatio[name]; ok && float64(limit) > ratio.AsApproximateFloat64()*float64(request) {
				return false
			}
		}
	}
	return true
}

// amounts gives requests at most as large as the limits.
func (r small) amounts() budget {
	cpu, memory := 1+r.Int64N(6), 1+r.Int64N(6)
	return budget{1 + r.Int64N(cpu), 1 + r.Int64N(memory), cpu, memory}
}

func (r small) bounds(lists ...*corev1.ResourceList) {
	for _, list := range lists {
		for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
			if r.IntN(3) == 0 {
				if *list == nil {
					*list = corev1.ResourceList{}
				}
				(*list)[name] = *resource.NewQuantity(1+r.Int64N(8), resource.DecimalSI)
			}
		}
	}
}

func container(name string, b budget) kinds.Container {
	c := kinds.Container{Name: name, Requests: corev1.ResourceList{}, Limits: corev1.ResourceList{}}
	for i, p := range mesh.ProxyResources {
		list := c.Requests
		if p.Limit {
			list = c.Limits
		}
		if b[i] >= 0 {
			list[p.Resource] = *resource.NewQuantity(b[i], resource.DecimalSI)
		}
	}
	return c
}

func proxyAmounts(b budget) *mesh.ProxyAmounts {
	var out mesh.ProxyAmounts
	for i := range out {
		out[i] = mesh.Amount{Quantity: *resource.NewQuantity(b[i], resource.DecimalSI), Given: b[i] >= 0, Source: "a test"}
	}
	return &out
}

func workloadOf(t *testing.T, s *inventory.Store, spec kinds.PodSpec) *kinds.Workload {
	t.Helper()
	s.Apply(&inventory.Object{Ref: kinds.Deployments.Ref("shop", "cart"), Value: &kinds.Controller{
		Meta: kinds.Meta{Namespace: "shop", Name: "cart"}, Template: kinds.Template{PodSpec: spec},
	}})
	w, ok := kinds.ResolveWorkload(s, kinds.Deployments.Ref("shop", "cart"))
	if !ok {
		t.Fatal("no workload")
	}
	return w
}

// TestRefusalsByLimitRanges: a LimitRange refuses the Pod because of its proxy
// exactly if it admits the Pod without the proxy and not with it, or if the
// proxy by itself is too large, too small or out of proportion.
func TestRefusalsByLimitRanges(t *testing.T) {
	dice, refused := small{rand.New(rand.NewPCG(4, 5))}, 0
	for range 3000 {
		item := corev1.LimitRangeItem{Type: pick(dice, corev1.LimitTypeContainer, corev1.LimitTypePod)}
		if dice.bounds(&item.Max); item.Type == corev1.LimitTypeContainer {
			dice.bounds(&item.Min, &item.MaxLimitRequestRatio)
		}
		app, proxy := dice.amounts(), dice.amounts()
		s := withObjects(&inventory.Object{Ref: kinds.LimitRanges.Ref("shop", "caps"), Value: &kinds.LimitRange{
			Meta: kinds.Meta{Namespace: "shop", Name: "caps", Created: day(1)}, Limits: []corev1.LimitRangeItem{item},
		}})
		w := workloadOf(t, s, kinds.PodSpec{Containers: []kinds.Container{container("app", app)}})
		got := mesh.ProxyRefusals(s, w, proxyAmounts(proxy))

		fault := admit(&item, app) && !admit(&item, app, proxy) ||
			item.Type == corev1.LimitTypeContainer && !admit(&item, proxy)
		if fault != (len(got) > 0) && !separately(&item, app, proxy) {
			t.Fatalf("app %v, proxy %v, %+v: got %v", app, proxy, item, got)
		}
		for _, r := range got {
			if r.By != kinds.LimitRanges.Ref("shop", "caps") || !r.Since.Equal(day(1)) {
				t.Fatalf("%+v", r)
			}
		}
		refused += len(got)
	}
	if refused < 100 {
		t.Errorf("only %d refusals: the law was hardly tried", refused)
	}
}

// separately: a Pod that is refused without its proxy for one resource and with
// it for another.
func separately(item *corev1.LimitRangeItem, app, proxy budget) bool {
	return item.Type == corev1.LimitTypePod && !admit(item, app) && !admit(item, app, proxy)
}

// TestRefusalsByQuota: a quota demands the amounts that it bounds of every
// container, unless its scope is another, and the application gives none itself.
func TestRefusalsByQuota(t *testing.T) {
	all := budget{1, 1, 1, 1}
	for _, tt := range []struct {
		name       string
		hard       []corev1.ResourceName
		scopes     []corev1.ResourceQuotaScope
		selector   bool
		going      bool
		app, proxy budget
		want       string
	}{
		{name: "all given", hard: []corev1.ResourceName{"requests.cpu", "limits.memory"}, app: all, proxy: all, want: "[]"},
		{name: "no request", hard: []corev1.ResourceName{"requests.cpu"}, app: all, proxy: budget{-1, 1, 1, 1}, want: "[cpu request]"},
		{name: "the short name", hard: []corev1.ResourceName{"memory"}, app: all, proxy: budget{1, -1, 1, 1}, want: "[memory request]"},
		{name: "no limit", hard: []corev1.ResourceName{"limits.memory"}, app: all, proxy: budget{1, 1, 1, -1}, want: "[memory limit]"},
		{name: "two", hard: []corev1.ResourceName{"limits.memory", "limits.cpu"}, app: all, proxy: budget{1, 1, -1, -1}, want: "[cpu limit memory limit]"},
		{name: "another amount", hard: []corev1.ResourceName{"limits.memory"}, app: all, proxy: budget{1, 1, -1, 1}, want: "[]"},
		{name: "not even the application", hard: []corev1.ResourceName{"limits.memory"}, app: budget{1, 1, 1, -1}, proxy: budget{1, 1, 1, -1}, want: "[]"},
		{name: "counts alone", hard: []corev1.ResourceName{"pods"}, app: all, proxy: budget{-1, -1, -1, -1}, want: "[]"},
		{
			name: "of this scope", hard: []corev1.ResourceName{"limits.cpu"}, scopes: []corev1.ResourceQuotaScope{corev1.ResourceQuotaScopeNotBestEffort},
			app: all, proxy: budget{1, 1, -1, 1}, want: "[cpu limit]",
		},
		{
			name: "of another scope", hard: []corev1.ResourceName{"limits.cpu"}, scopes: []corev1.ResourceQuotaScope{corev1.ResourceQuotaScopeTerminating},
			app: all, proxy: budget{1, 1, -1, 1}, want: "[]",
		},
		{name: "of a selector", hard: []corev1.ResourceName{"limits.cpu"}, selector: true, app: all, proxy: budget{1, 1, -1, 1}, want: "[]"},
		{name: "being deleted", hard: []corev1.ResourceName{"limits.cpu"}, going: true, app: all, proxy: budget{1, 1, -1, 1}, want: "[]"},
	} {
		q := &kinds.ResourceQuota{Meta: kinds.Meta{Namespace: "shop", Name: "fair"}, Hard: corev1.ResourceList{}, Scopes: tt.scopes}
		for _, name := range tt.hard {
			q.Hard[name] = resource.MustParse("9")
		}
		if tt.selector {
			q.ScopeSelector = &corev1.ScopeSelector{}
		}
		if tt.going {
			q.Deleted = day(2)
		}
		s := withObjects(&inventory.Object{Ref: kinds.ResourceQuotas.Ref("shop", "fair"), Value: q})
		w := workloadOf(t, s, kinds.PodSpec{Containers: []kinds.Container{container("app", tt.app)}})
		found := []string{}
		for _, r := range mesh.ProxyRefusals(s, w, proxyAmounts(tt.proxy)) {
			found = append(found, r.Of.String())
		}
		if got := fmt.Sprint(found); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestRefusalsOfAPod: of a Pod of which not all is known, or with amounts of its
// own, nothing is said.
func TestRefusalsOfAPod(t *testing.T) {
	item := corev1.LimitRangeItem{Type: corev1.LimitTypePod, Max: corev1.ResourceList{"memory": resource.MustParse("3")}}
	s := withObjects(&inventory.Object{Ref: kinds.LimitRanges.Ref("shop", "caps"), Value: &kinds.LimitRange{
		Meta: kinds.Meta{Namespace: "shop", Name: "caps"}, Limits: []corev1.LimitRangeItem{item},
	}})
	proxy := proxyAmounts(budget{1, 2, 1, 2})
	for name, tt := range map[string]struct {
		spec kinds.PodSpec
		want int
	}{
		"a sum that is too large":   {kinds.PodSpec{Containers: []kinds.Container{container("app", budget{1, 2, 1, 2})}}, 2},
		"what ends counts not":      {kinds.PodSpec{InitContainers: []kinds.Container{container("setup", budget{1, 2, 1, 2})}, Containers: []kinds.Container{container("app", budget{1, 1, 1, 1})}}, 0},
		"a native sidecar does":     {kinds.PodSpec{InitContainers: []kinds.Container{native(container("log", budget{1, 1, 1, 1}))}, Containers: []kinds.Container{container("app", budget{1, 1, 1, 1})}}, 2},
		"one without amounts":       {kinds.PodSpec{Containers: []kinds.Container{container("app", budget{-1, -1, -1, -1})}}, 0},
		"amounts of the Pod itself": {kinds.PodSpec{Amounts: true, Containers: []kinds.Container{container("app", budget{1, 2, 1, 2})}}, 0},
	} {
		if got := mesh.ProxyRefusals(s, workloadOf(t, s, tt.spec), proxy); len(got) != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func native(c kinds.Container) kinds.Container {
	c.RestartAlways = true
	return c
}
