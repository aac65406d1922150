package mesh

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	appmesh "github.com/meshaudit/meshaudit/api/appmesh/v1beta2"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// awsWritten is one thing that the controller writes to AWS.
type awsWritten struct {
	typ  string
	spec any
}

func specs() []awsWritten {
	return []awsWritten{
		{kinds.AWSTypeMesh, &appmesh.MeshSpec{}},
		{kinds.AWSTypeVirtualNode, &appmesh.VirtualNodeSpec{}},
		{kinds.AWSTypeVirtualService, &appmesh.VirtualServiceSpec{}},
		{kinds.AWSTypeVirtualRouter, &appmesh.VirtualRouterSpec{}},
		{kinds.AWSTypeRoute, &appmesh.Route{}},
		{kinds.AWSTypeVirtualGateway, &appmesh.VirtualGatewaySpec{}},
		{kinds.AWSTypeGatewayRoute, &appmesh.GatewayRouteSpec{}},
	}
}

// fill gives every field of a specification some value, or none.
func fill(r *rand.Rand, v reflect.Value) {
	switch v.Interface().(type) {
	case appmesh.Duration:
		v.Set(reflect.ValueOf(appmesh.Duration{Unit: []string{"s", "ms"}[r.IntN(2)], Value: r.Int64N(4) * 1500}))
		return
	case appmesh.Reference:
		v.Set(reflect.ValueOf(appmesh.Reference{Name: string(rune('a' + r.IntN(3)))}))
		return
	}
	switch v.Kind() { //nolint:exhaustive // the API has no others
	case reflect.Pointer:
		if r.IntN(3) > 0 && !strings.HasPrefix(v.Type().String(), "*v1.") {
			v.Set(reflect.New(v.Type().Elem()))
			fill(r, v.Elem())
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(r, field)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), r.IntN(4), 4))
		for i := range v.Len() {
			fill(r, v.Index(i))
		}
	case reflect.String:
		v.SetString([]string{"", "a", "b", "/c", "arn:x/y", "ENABLED", "LOADBALANCER", "DROP_ALL"}[r.IntN(8)])
	case reflect.Int64:
		v.SetInt([]int64{0, 1, 8080, 1000}[r.IntN(4)])
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	}
}

// referents are what references lead to.
func referents() *inventory.Store {
	s := inventory.New(kinds.Schema())
	for _, name := range []string{"a", "b", "c"} {
		meta := kinds.Meta{Namespace: "shop", Name: name}
		s.Apply(&inventory.Object{
			Ref:   kinds.AppMeshVirtualNodes.Ref("shop", name),
			Value: &kinds.AppMeshVirtualNode{Meta: meta, Spec: &appmesh.VirtualNodeSpec{}, AWSName: name + "_shop"},
		})
		s.Apply(&inventory.Object{
			Ref:   kinds.AppMeshVirtualServices.Ref("shop", name),
			Value: &kinds.AppMeshVirtualService{Meta: meta, Spec: &appmesh.VirtualServiceSpec{}, AWSName: name + ".shop"},
		})
		s.Apply(&inventory.Object{
			Ref:   kinds.AppMeshVirtualRouters.Ref("shop", name),
			Value: &kinds.AppMeshVirtualRouter{Meta: meta, Spec: &appmesh.VirtualRouterSpec{}, AWSName: name + "_shop"},
		})
	}
	return s
}

// eachSpec makes many specifications, and what the controller writes for them.
func eachSpec(t *testing.T, check func(r *rand.Rand, spec any, here, there tree)) {
	t.Helper()
	s := referents()
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 7))
		for _, w := range specs() {
			fill(r, reflect.ValueOf(w.spec).Elem())
			here, ok := wireOf(s, w.typ, "shop", w.spec)
			raw, err := json.Marshal(here)
			if !ok || err != nil {
				t.Fatalf("%s: %v %v", w.typ, ok, err)
			}
			check(r, w.spec, here, parseTree(string(raw)))
			if t.Failed() {
				t.Fatalf("seed %d, %s", seed, w.typ)
			}
		}
	}
}

func drifts(spec any, here, there tree) []AWSDifference {
	return differencesOf(reflect.TypeOf(spec), "spec", orEmpty(normal("", here)), orEmpty(normal("", there)))
}

// What the controller writes is no drift, and neither is what AWS makes of it:
// defaults and zeros that come and go, another order, another unit, and members
// that nobody knows.
func TestOwnSpecificationNeverDrifts(t *testing.T) {
	eachSpec(t, func(r *rand.Rand, spec any, here, there tree) {
		if d := drifts(spec, here, there); len(d) > 0 {
			t.Errorf("it differs from itself: %+v", d)
		}
		before := fmt.Sprint(there)
		harmless(r, "", there)
		if d := drifts(spec, here, there); len(d) > 0 {
			t.Errorf("%+v\n%s\n%s", d, before, fmt.Sprint(there))
		}
	})
}

func harmless(r *rand.Rand, field string, v any) {
	switch v := v.(type) {
	case []any:
		r.Shuffle(len(v), func(i, j int) { v[i], v[j] = v[j], v[i] })
		for i := range v {
			harmless(r, field, v[i])
		}
	case tree:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			harmless(r, name, v[name])
			if normal(name, v[name]) == nil && r.IntN(2) == 0 {
				delete(v, name)
			}
		}
		if v["unit"] == "s" && v["value"] != nil {
			n, _ := v["value"].(json.Number).Int64()
			v["unit"], v["value"] = "ms", json.Number(fmt.Sprint(n*1000))
		} else if v["unit"] == nil && r.IntN(3) == 0 {
			v["unheardOf"] = tree{"x": "y"}
		}
		defaults(v, field)
	}
}

// defaults adds what AWS adds.
func defaults(v tree, field string) {
	add := func(name string, value any) {
		if v[name] == nil || v[name] == "" {
			v[name] = value
		}
	}
	switch field {
	case "":
		if v["httpRoute"] != nil || v["grpcRoute"] != nil {
			add("priority", json.Number("1000"))
		}
	case "dns":
		add("responseType", "LOADBALANCER")
	case "tls":
		if v["mode"] == nil && v["certificate"] == nil {
			add("enforce", true)
		}
	case "http", "http2", "grpc":
		if v["maxRequests"] == nil && v["maxConnections"] == nil && v["idle"] == nil {
			v["idle"] = tree{"unit": "ms", "value": json.Number("300000")}
		}
	}
}

var positions = regexp.MustCompile(`\[\d+\]`)

// Whatever one value AWS has otherwise is told, at its field.
func TestAnyChangeDrifts(t *testing.T) {
	eachSpec(t, func(r *rand.Rand, spec any, here, there tree) {
		path := change(r, there)
		if path == "" {
			return
		}
		d := drifts(spec, here, there)
		if !slices.ContainsFunc(d, func(d AWSDifference) bool { return within(path, d.Field) }) {
			t.Errorf("%s changed, found %+v\n%s\n%s", path, d, fmt.Sprint(here), fmt.Sprint(there))
		}
	})
}

// within tells whether a field of the API holds the field of AWS at path.
func within(path, field string) bool {
	steps := strings.Split(positions.ReplaceAllString(field, ""), ".")
	for i, s := range steps {
		steps[i] = wireName(s)
		for _, kind := range []string{"virtualNode", "virtualService", "virtualRouter"} {
			if s == kind+"Ref" || s == kind+"ARN" {
				steps[i] = kind + "Name"
				if slices.Contains(steps, "weightedTargets") {
					steps[i] = kind
				}
			}
		}
	}
	return strings.HasPrefix(path+".", strings.Join(steps, ".")+".")
}

// change changes one value, and tells where; "" if there is none.
func change(r *rand.Rand, there tree) string {
	var places []func() string
	var walk func(path string, v any, set func(any))
	walk = func(path string, v any, set func(any)) {
		switch v := v.(type) {
		case tree:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				walk(path+"."+name, v[name], func(x any) { v[name] = x })
			}
		case []any:
			for i := range v {
				walk(path, v[i], func(x any) { v[i] = x })
			}
		case string:
			places = append(places, func() string { set(v + "x"); return path })
		case bool:
			places = append(places, func() string { set(!v); return path })
		case json.Number:
			places = append(places, func() string { n, _ := v.Int64(); set(json.Number(fmt.Sprint(n + 1))); return path })
		}
	}
	walk("spec", there, nil)
	if len(places) == 0 {
		return ""
	}
	return places[r.IntN(len(places))]()
}

// A reference that leads nowhere makes no specification: the controller writes
// none.
func TestLostReference(t *testing.T) {
	ref := &appmesh.Reference{Name: "gone"}
	spec := &appmesh.VirtualServiceSpec{Provider: &appmesh.VirtualServiceProvider{
		VirtualNode: &appmesh.VirtualNodeProvider{VirtualNodeRef: ref},
	}}
	if got, ok := wireOf(referents(), kinds.AWSTypeVirtualService, "shop", spec); ok {
		t.Errorf("%v", got)
	}
	spec.Provider.VirtualNode.VirtualNodeARN = "arn:aws:appmesh:eu-west-1:1:mesh/m/virtualNode/n" // it wins
	if got, ok := wireOf(referents(), kinds.AWSTypeVirtualService, "shop", spec); !ok ||
		valueText(got) != `{"provider":{"virtualNode":{"virtualNodeName":"n"}}}` {
		t.Errorf("%s %v", valueText(got), ok)
	}
}
