package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

const (
	jsonType     = runtime.ContentTypeJSON
	protobufType = runtime.ContentTypeProtobuf
)

// errUnanswered: a connection broke or timed out before there was an answer.
var errUnanswered = errors.New("the API server gave no answer")

// labelSelectors restrict what is read of a kind.
var labelSelectors = map[inventory.Kind]string{kinds.ConfigMaps.Name: kinds.RevisionLabel}

// access is how the API server is reached.
type access struct {
	config *rest.Config
	http   *http.Client
}

// newAccess reads without a limit of our own: the API server has its own way to
// slow us down, and a limit would only delay the first list of the last kind.
func newAccess(config *rest.Config) (*access, error) {
	config = rest.CopyConfig(config)
	config.QPS, config.RateLimiter = -1, nil
	config.Timeout = 0 // it would end watches
	config.WarningHandlerWithContext = rest.NoWarnings{}
	if config.UserAgent == "" {
		config.UserAgent = userAgent
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("access to the API server: %w", err)
	}
	return &access{config: config, http: client}, nil
}

func (a *access) discovery() (*discovery.DiscoveryClient, error) {
	client, err := discovery.NewDiscoveryClientForConfigAndClient(a.config, a.http)
	if err != nil {
		return nil, fmt.Errorf("access to discovery: %w", err)
	}
	return client, nil
}

// reader reads the objects of one row in one version.
type reader struct {
	client rest.Interface
	plural string
}

func (a *access) reader(row *kinds.Row, version string) (*reader, error) {
	config := rest.CopyConfig(a.config)
	config.GroupVersion = &schema.GroupVersion{Group: row.Kind.Group(), Version: version}
	config.APIPath = "/apis"
	if config.GroupVersion.Group == "" {
		config.APIPath = "/api"
	}
	config.NegotiatedSerializer = newCodec(row)
	config.ContentType, config.AcceptContentTypes = protobufType, protobufType+","+jsonType
	if row.New == nil {
		config.ContentType, config.AcceptContentTypes = jsonType, jsonType
	}
	client, err := rest.RESTClientForConfigAndClient(config, a.http)
	if err != nil {
		return nil, fmt.Errorf("access to %s: %w", row.Kind, err)
	}
	return &reader{client: client, plural: row.Plural}, nil
}

// selection is the part of a kind that one watch reads.
type selection struct {
	namespace string // all if empty
	name      string // all if empty
	label     string // a label selector
}

func (s selection) narrow(o *metav1.ListOptions) {
	o.LabelSelector = s.label
	if s.name != "" {
		o.FieldSelector = fields.OneTermEqualSelector(metav1.ObjectNameField, s.name).String()
	}
}

func (r *reader) request(s selection, o metav1.ListOptions) *rest.Request {
	s.narrow(&o)
	return r.client.Get().Namespace(s.namespace).Resource(r.plural).VersionedParams(&o, metav1.ParameterCodec)
}

func (r *reader) list(ctx context.Context, s selection, o metav1.ListOptions) (runtime.Object, error) {
	return r.request(s, o).Do(ctx).Get() //nolint:wrapcheck // callers look at its type
}

// watch opens a watch. Where a connection broke or timed out, client-go gives an
// empty one instead of an error; as no news of a watch counts as good news, that
// would hide that nothing is read.
func (r *reader) watch(ctx context.Context, s selection, o metav1.ListOptions) (watch.Interface, error) {
	o.Watch = true
	w, err := r.request(s, o).Watch(ctx)
	if err == nil && reflect.TypeOf(w) == reflect.TypeOf(watch.NewEmptyWatch()) {
		return nil, fmt.Errorf("watch %s: %w", r.plural, errUnanswered)
	}
	return w, err //nolint:wrapcheck // callers look at its type
}

// get reads one cluster-scoped object.
func (r *reader) get(ctx context.Context, name string) (*item, error) {
	o, err := r.client.Get().Resource(r.plural).Name(name).Do(ctx).Get()
	if err != nil {
		return nil, err //nolint:wrapcheck // callers look at its type
	}
	i, ok := o.(*item)
	if !ok {
		return nil, fmt.Errorf("get %s: unexpected %T", name, o)
	}
	return i, nil
}
