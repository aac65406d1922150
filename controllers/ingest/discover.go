package ingest

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/discovery"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// discoveryTimeout bounds how long the supervisor waits for discovery.
const discoveryTimeout = 30 * time.Second

// discover asks which of the rows' custom kinds are served, and in which
// versions, by CRD name.
func discover(ctx context.Context, a *access, rows []*kinds.Row) (map[string][]string, error) {
	ctx, cancel := context.WithTimeout(ctx, discoveryTimeout)
	defer cancel()
	client, err := a.discovery()
	if err != nil {
		return nil, err
	}
	groups, err := client.ServerGroupsWithContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("discover API groups: %w", err)
	}
	found := map[string][]string{}
	ours := customGroups(rows)
	for _, group := range groups.Groups {
		if !ours[group.Name] {
			continue
		}
		if err := discoverGroup(ctx, client, group, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func customGroups(rows []*kinds.Row) map[string]bool {
	groups := map[string]bool{}
	for _, row := range rows {
		if row.Custom {
			groups[row.Kind.Group()] = true
		}
	}
	return groups
}

func discoverGroup(
	ctx context.Context, client *discovery.DiscoveryClient, group metav1.APIGroup, found map[string][]string,
) error {
	for _, v := range group.Versions {
		list, err := client.ServerResourcesForGroupVersionWithContext(ctx, v.GroupVersion)
		if apierrors.IsNotFound(err) {
			continue // it went in the meantime
		}
		if err != nil {
			return fmt.Errorf("discover %s: %w", v.GroupVersion, err)
		}
		for i := range list.APIResources {
			name := list.APIResources[i].Name + "." + group.Name // those of subresources match no row
			found[name] = append(found[name], v.Version)
		}
	}
	return nil
}
