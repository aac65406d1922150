package load

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
)

// api is one client. It speaks protobuf of Kubernetes' own kinds and JSON of
// custom ones.
type api struct {
	client.Client

	writes *atomic.Int64 // requests made, shared by all clients
}

// concurrency is the number of clients that write at once. Each has a
// connection of its own.
const concurrency = 24

func connect(config *rest.Config, writes *atomic.Int64) ([]*api, error) {
	if err := local(config.Host); err != nil {
		return nil, err
	}
	web, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("client of the API server: %w", err)
	}
	mapper, err := apiutil.NewDynamicRESTMapper(config, web)
	if err != nil {
		return nil, fmt.Errorf("client of the API server: %w", err)
	}
	clients := make([]*api, concurrency)
	for i := range clients {
		own := rest.CopyConfig(config)
		own.QPS = -1
		own.Dial = (&net.Dialer{}).DialContext // transports are shared by those who dial alike
		c, err := client.New(own, client.Options{Scheme: scheme.Scheme, Mapper: mapper})
		if err != nil {
			return nil, fmt.Errorf("client of the API server: %w", err)
		}
		clients[i] = &api{Client: c, writes: writes}
	}
	return clients, nil
}

// local refuses an API server that is not on this machine: no cluster that
// somebody uses is ever filled by mistake.
func local(host string) error {
	u, _, err := rest.DefaultServerURL(host, "", schema.GroupVersion{}, true)
	if err != nil {
		return fmt.Errorf("address of the API server: %w", err)
	}
	name := u.Hostname()
	if ip := net.ParseIP(name); name != "localhost" && !ip.IsLoopback() {
		return fmt.Errorf("the API server %q is not on this machine", host)
	}
	return nil
}

// create makes an object and completes it by what the API server answers. If
// there is one already it says so and leaves both alone.
func (c *api) create(ctx context.Context, o client.Object) (existed bool, err error) {
	c.writes.Add(1)
	err = c.Create(ctx, o)
	if apierrors.IsAlreadyExists(err) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("create %s %s/%s: %w", kindOf(o), o.GetNamespace(), o.GetName(), err)
	}
	return false, nil
}

// take makes an object, or reads the one that is there.
func (c *api) take(ctx context.Context, o client.Object) (existed bool, err error) {
	if existed, err = c.create(ctx, o); err != nil || !existed {
		return existed, err
	}
	if err := c.Get(ctx, client.ObjectKeyFromObject(o), o); err != nil {
		return true, fmt.Errorf("read %s %s/%s: %w", kindOf(o), o.GetNamespace(), o.GetName(), err)
	}
	return true, nil
}

// patch makes a merge patch.
func (c *api) patch(ctx context.Context, o client.Object, p client.Patch) error {
	c.writes.Add(1)
	if err := c.Patch(ctx, o, p); err != nil {
		return fmt.Errorf("patch %s %s/%s: %w", kindOf(o), o.GetNamespace(), o.GetName(), err)
	}
	return nil
}

// remove deletes an object at once; that there is none is no error.
func (c *api) remove(ctx context.Context, o client.Object) error {
	c.writes.Add(1)
	err := client.IgnoreNotFound(c.Delete(ctx, o, client.GracePeriodSeconds(0)))
	if err != nil {
		return fmt.Errorf("delete %s %s/%s: %w", kindOf(o), o.GetNamespace(), o.GetName(), err)
	}
	return nil
}

// kindOf is "Kind.group", or "Kind" of the core group.
func kindOf(o client.Object) string {
	gvk, err := apiutil.GVKForObject(o, scheme.Scheme)
	if err != nil {
		panic(err) // a kind of this package
	}
	return gvk.GroupKind().String()
}

var errUnfilled = errors.New("the mesh is not in the cluster: call Fill first")
