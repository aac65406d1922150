package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// sighting is what a watch showed.
type sighting struct {
	at     time.Time
	object client.Object
}

// follow calls see for each change of a kind from now on, one after the other,
// until stop is called or ctx ends. Stop gives an error if the watch ended
// before. The list says the kind.
func (b *bench) follow(
	ctx context.Context, list client.ObjectList, see func(sighting),
) (stop func() error, err error) {
	if err := b.api.List(ctx, list, client.Limit(1)); err != nil {
		return nil, err
	}
	from := &metav1.ListOptions{ResourceVersion: list.GetResourceVersion()}
	w, err := b.api.Watch(ctx, list, &client.ListOptions{Raw: from})
	if err != nil {
		return nil, err
	}
	f := &following{watch: w, stopped: make(chan struct{}), ended: make(chan struct{})}
	go f.run(see)
	return f.stop, nil
}

// following is a watch that is followed.
type following struct {
	watch          watch.Interface
	stopped, ended chan struct{}
	err            error // once ended
}

func (f *following) run(see func(sighting)) {
	defer close(f.ended)
	for e := range f.watch.ResultChan() {
		o, ok := e.Object.(client.Object)
		if !ok {
			f.err = fmt.Errorf("the watch shows %T: %v", e.Object, e.Object)
			break
		}
		see(sighting{time.Now(), o})
	}
	select {
	case <-f.stopped: // whatever came then is no matter
		f.err = nil
	default:
		f.err = cmp.Or(f.err, errors.New("the watch ended"))
	}
}

func (f *following) stop() error {
	close(f.stopped)
	f.watch.Stop()
	<-f.ended
	return f.err
}
