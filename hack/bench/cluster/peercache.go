package main

import (
	"context"
	"errors"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/rest"
	ctrlcache "sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// hold is the program that the operator's memory is held against: a
// controller-runtime cache of the kinds that the operator watches, as an
// operator has it that reads its objects from one. It runs until it is ended.
func hold(ctx context.Context, config *rest.Config) error {
	s, err := peerScheme()
	if err != nil {
		return err
	}
	all, err := peerKinds(config, s)
	if err != nil {
		return err
	}
	by := map[client.Object]ctrlcache.ByObject{}
	for _, k := range all {
		selector, err := labels.Parse(k.selector())
		if err != nil {
			return err
		}
		by[k.object] = ctrlcache.ByObject{Label: selector}
	}
	c, err := ctrlcache.New(config, ctrlcache.Options{Scheme: s, ByObject: by})
	if err != nil {
		return err
	}
	for _, k := range all {
		if _, err := c.GetInformer(ctx, k.object, ctrlcache.BlockUntilSynced(false)); err != nil {
			return err
		}
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Start(ctx) }()
	if !c.WaitForCacheSync(ctx) {
		return errors.Join(ctx.Err(), errors.New("the cache did not sync"))
	}
	return errors.Join(ready(), <-ended)
}
