package ingest

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/pager"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// namespaces reads one by one what may not be read as a whole.
func (s *snapshot) namespaces(ctx context.Context, row *kinds.Row, r *reader) {
	for _, namespace := range s.options.Namespaces {
		switch {
		case row.Namespaced:
			s.read(ctx, row, r, selection{namespace: namespace, label: labelSelectors[row.Kind]})
		case row.Kind == kinds.Namespaces.Name:
			s.namespace(ctx, row, r, namespace)
		}
	}
}

// namespace reads one Namespace, which who may read in it often may get.
func (s *snapshot) namespace(ctx context.Context, row *kinds.Row, r *reader, name string) {
	i, err := r.get(ctx, name)
	switch {
	case err == nil:
		s.put(i.object)
	case apierrors.IsNotFound(err):
		err = nil // that there is none is known
	}
	s.set(row, name, stateOf(row, err), err)
}

// read lists a selection and gives the state that follows.
func (s *snapshot) read(ctx context.Context, row *kinds.Row, r *reader, what selection) inventory.State {
	objects, err := r.all(ctx, what)
	state := stateOf(row, err)
	s.put(objects...)
	if what.name == "" || !state.Known() {
		s.set(row, what.namespace, state, err)
	}
	return state
}

func (s *snapshot) put(objects ...*inventory.Object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range objects {
		s.batch.Put(o)
	}
}

func (s *snapshot) set(row *kinds.Row, scope string, state inventory.State, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.batch.SetState(row.Kind, scope, state)
	if state.Unreadable() {
		s.problems = append(s.problems, Problem{Kind: row.Kind, Namespace: scope, State: state, Err: err})
	}
}

// stateOf is the state of what was read with that error.
func stateOf(row *kinds.Row, err error) inventory.State {
	switch {
	case err == nil:
		return inventory.Listed
	case denied(err):
		return inventory.Forbidden
	case apierrors.IsNotFound(err) && row.Custom:
		return inventory.NotInstalled // it went in the meantime
	}
	return inventory.SourceUnavailable
}

// all lists a selection, page by page.
func (r *reader) all(ctx context.Context, what selection) ([]*inventory.Object, error) {
	pages := pager.New(func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
		return r.list(ctx, what, o)
	})
	list, _, err := pages.ListWithAlloc(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err //nolint:wrapcheck // callers look at its type
	}
	var objects []*inventory.Object
	err = meta.EachListItem(list, func(o runtime.Object) error {
		i, ok := o.(*item)
		if !ok || i.object == nil {
			return fmt.Errorf("unexpected %T in a list", o)
		}
		objects = append(objects, i.object)
		return nil
	})
	return objects, err
}
