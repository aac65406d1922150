package main

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// peerKind is a kind that the operator watches, as another program would read it.
type peerKind struct {
	row    *kinds.Row
	gvk    schema.GroupVersionKind
	object client.Object // empty
}

// peerKinds are the kinds that the operator watches by default, as far as they
// are served. Those without a Go type here have hardly an object, and are
// unstructured.
func peerKinds(config *rest.Config, s *runtime.Scheme) ([]peerKind, error) {
	served, err := served(config)
	if err != nil {
		return nil, err
	}
	var list []peerKind
	for _, row := range kinds.Rows() {
		at := slices.IndexFunc(row.Versions, func(v string) bool {
			return served[schema.GroupVersionResource{Group: row.Kind.Group(), Version: v, Resource: row.Plural}]
		})
		if row.Internal || row.Cloud || row.OffByDefault || at < 0 {
			continue
		}
		gvk := schema.GroupVersionKind{Group: row.Kind.Group(), Version: row.Versions[at], Kind: row.Kind.Short()}
		o, err := peerObject(s, gvk)
		if err != nil {
			return nil, err
		}
		list = append(list, peerKind{row: row, gvk: gvk, object: o})
	}
	return list, nil
}

// served asks discovery.
func served(config *rest.Config) (map[schema.GroupVersionResource]bool, error) {
	c, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	_, lists, err := c.ServerGroupsAndResources()
	if err != nil {
		return nil, err
	}
	found := map[schema.GroupVersionResource]bool{}
	for _, l := range lists {
		gv, err := schema.ParseGroupVersion(l.GroupVersion)
		if err != nil {
			return nil, err
		}
		for i := range l.APIResources {
			found[gv.WithResource(l.APIResources[i].Name)] = true
		}
	}
	return found, nil
}

func peerObject(s *runtime.Scheme, gvk schema.GroupVersionKind) (client.Object, error) {
	if !s.Recognizes(gvk) {
		u := &unstructured.Unstructured{}
		u.SetGroupVersionKind(gvk)
		return u, nil
	}
	made, err := s.New(gvk)
	if err != nil {
		return nil, fmt.Errorf("peer: %w", err)
	}
	o, ok := made.(client.Object)
	if !ok {
		return nil, fmt.Errorf("peer: %s is no object", gvk)
	}
	return o, nil
}

// selector is what restricts reading as the operator does.
func (k peerKind) selector() string {
	if k.row.Kind == kinds.ConfigMaps.Name {
		return kinds.RevisionLabel
	}
	return ""
}
