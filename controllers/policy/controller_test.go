package policy_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/controllers/policy"
	reports "github.com/meshaudit/meshaudit/controllers/report"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/cloud"
	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/metrics"
)

func TestMain(m *testing.M) { os.Exit(envtesting.Run(m)) }

// operator is what the settings act on, and the user's hands.
type operator struct {
	env   *envtesting.Env
	api   client.Client
	inbox *inventory.Inbox
	after chan struct{} // see policy.Options

	mu       sync.Mutex
	applied  int
	profile  analysis.Profile
	secrets  bool
	others   []types.NamespacedName
	maxSize  int
	settings map[inventory.Ref]*inventory.Object
	aws      cloud.Config
}

func (o *operator) SetPolicy(p findings.Policy) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.applied++
	o.profile = p.Profile
}

// times is how often settings were applied.
func (o *operator) times() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.applied
}

func (o *operator) SetEnabled(k inventory.Kind, on bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.secrets = k == kinds.Secrets.Name && on
}

func (o *operator) SetExtraConfigMaps(names []types.NamespacedName) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.others = names
}

func (o *operator) SetLimits(l reports.Limits) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.maxSize = l.MaxSize
}

func (o *operator) Configure(c cloud.Config) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.aws = c
}

type unlimited struct{}

func (unlimited) SetLimits(metrics.Limits) {}

func newOperator(t *testing.T) *operator {
	t.Helper()
	o := &operator{env: envtesting.Start(t), inbox: inventory.NewInbox()}
	o.env.InstallCRDs(t, v1alpha1.GroupName)
	o.api = newClient(t, o.env.Config)
	return o
}

func newClient(t *testing.T, c *rest.Config) client.Client {
	t.Helper()
	s := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(s); err != nil {
		t.Fatal(err)
	}
	api, err := client.New(c, client.Options{Scheme: s})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// run starts the controller and the leader's part of it, until the test ends.
func (o *operator) run(t *testing.T, c *rest.Config) {
	t.Helper()
	d, err := dynamic.NewForConfig(c)
	if err != nil {
		t.Fatal(err)
	}
	controller := policy.New(policy.Options{
		Dynamic: d, Client: newClient(t, c), Checks: checks, Clock: clock.RealClock{}, Log: logr.Discard(),
		After:   o.after,
		Targets: policy.Targets{Inbox: o.inbox, Ledger: o, Sources: o, Cloud: o, Reports: o, Metrics: unlimited{}},
	})
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for _, start := range []func(context.Context) error{controller.Start, controller.Status().Start} {
		group.Go(func() {
			if err := start(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(func() { cancel(); group.Wait() })
}

// create makes the policy, which lives until the test ends.
func (o *operator) create(t *testing.T, change func(*v1alpha1.MeshAuditPolicySpec)) {
	t.Helper()
	p := &v1alpha1.MeshAuditPolicy{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyName}}
	change(&p.Spec)
	if err := o.api.Create(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	ctx := context.WithoutCancel(t.Context())
	t.Cleanup(func() {
		if err := client.IgnoreNotFound(o.api.Delete(ctx, p)); err != nil {
			t.Error(err)
		}
	})
}

func (o *operator) get(t *testing.T) *v1alpha1.MeshAuditPolicy {
	t.Helper()
	p := &v1alpha1.MeshAuditPolicy{}
	if err := o.api.Get(t.Context(), client.ObjectKey{Name: v1alpha1.PolicyName}, p); err != nil {
		t.Fatal(err)
	}
	return p
}

// waitApplied waits until a policy of the profile is in force.
func (o *operator) waitApplied(t *testing.T, p analysis.Profile) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		b := o.inbox.Take()
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.applied == 0 || o.profile != p {
			return fmt.Errorf("applied %d times, profile %s", o.applied, o.profile)
		}
		if o.settings == nil && len(b.States) == 0 {
			return errors.New("the settings are not listed")
		}
		if !b.Empty() {
			o.settings = b.Objects
		}
		return nil
	})
}

func (o *operator) wantGracePeriod(t *testing.T, want time.Duration) {
	t.Helper()
	object := o.settings[kinds.DefaultThresholds().Object().Ref]
	if s, ok := object.Value.(*kinds.ThresholdSettings); !ok || s.GracePeriod != want {
		t.Errorf("thresholds %+v, want %d days", object.Value, want)
	}
}

func TestAPolicyIsInForceFromTheStart(t *testing.T) {
	o := newOperator(t)
	o.create(t, func(s *v1alpha1.MeshAuditPolicySpec) {
		s.Profile, s.Secrets.Read = v1alpha1.ProfileStrict, true
		s.Thresholds.GracePeriod = &metav1.Duration{Duration: time.Hour}
		s.Mesh.ConfigMaps = []string{"istio-system/other"}
		s.AppMesh.AWS.Mode = v1alpha1.AWSOff
	})
	o.run(t, o.env.Config)
	o.waitApplied(t, analysis.Strict)
	if o.aws.Mode != cloud.Off || o.times() != 1 || !o.secrets || len(o.others) != 2 || o.maxSize != reports.DefaultLimits.MaxSize {
		t.Errorf("%+v", o)
	}
	o.wantGracePeriod(t, time.Hour)
}

func TestThePolicyMayChangeAndGo(t *testing.T) {
	o := newOperator(t)
	o.run(t, o.env.Config)
	o.waitApplied(t, analysis.Recommended)
	o.wantGracePeriod(t, 5*time.Minute)
	o.create(t, func(s *v1alpha1.MeshAuditPolicySpec) { s.Profile = v1alpha1.ProfileCore })
	o.waitApplied(t, analysis.Core)
	p := o.get(t)
	before := p.DeepCopy()
	p.Spec.Profile = v1alpha1.ProfileStrict
	if err := o.api.Patch(t.Context(), p, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
	o.waitApplied(t, analysis.Strict)
	if err := o.api.Delete(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	o.waitApplied(t, analysis.Recommended)
}

func TestTheStatusSaysWhatIsNotInForce(t *testing.T) {
	o := newOperator(t)
	o.create(t, func(s *v1alpha1.MeshAuditPolicySpec) {
		s.Checks = []v1alpha1.CheckRule{{Name: "no/such", Disabled: true}}
		s.Namespaces.Exclude = &v1alpha1.NamespaceSet{Selector: &metav1.LabelSelector{
			MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "a", Operator: "Near"}},
		}}
	})
	o.run(t, o.env.Config)
	var settled *v1alpha1.MeshAuditPolicy
	envtesting.WaitFor(t, func() error {
		settled = o.get(t)
		if !meta.IsStatusConditionFalse(settled.Status.Conditions, v1alpha1.ConditionAccepted) {
			return fmt.Errorf("status %+v", settled.Status)
		}
		return nil
	})
	if s := settled.Status; len(s.Rejected) != 1 || s.Rejected[0].Field != "spec.namespaces.exclude.selector" ||
		len(s.UnmatchedPatterns) != 1 || s.Conditions[0].ObservedGeneration != settled.Generation {
		t.Errorf("status %+v", s)
	}
	p := o.get(t)
	p.Spec.Namespaces.Exclude, p.Spec.Checks = nil, nil
	if err := o.api.Patch(t.Context(), p, client.MergeFrom(o.get(t))); err != nil {
		t.Fatal(err)
	}
	envtesting.WaitFor(t, func() error {
		s := o.get(t).Status
		if !meta.IsStatusConditionTrue(s.Conditions, v1alpha1.ConditionAccepted) || len(s.Rejected) > 0 {
			return fmt.Errorf("status %+v", s)
		}
		return nil
	})
	if n := o.times(); n != 2 {
		t.Errorf("applied %d times: a status is no change", n)
	}
}

func TestWithoutTheCRDTheDefaultsHold(t *testing.T) {
	o := newOperator(t)
	o.env.RemoveCRDs(t, v1alpha1.GroupName)
	o.run(t, o.env.Config)
	o.waitApplied(t, analysis.Recommended)
	o.env.InstallCRDs(t, v1alpha1.GroupName)
	o.create(t, func(s *v1alpha1.MeshAuditPolicySpec) { s.Profile = v1alpha1.ProfileCore })
	o.waitApplied(t, analysis.Core)
}

func TestWithoutTheRightTheDefaultsHold(t *testing.T) {
	o := newOperator(t)
	o.create(t, func(s *v1alpha1.MeshAuditPolicySpec) { s.Profile = v1alpha1.ProfileCore })
	user := o.env.AddUser(t, "policy-reader")
	o.run(t, user)
	o.waitApplied(t, analysis.Recommended)
	o.env.Grant(t, "policy-reader", "", envtesting.Read(v1alpha1.GroupName, "meshauditpolicies"))
	o.waitApplied(t, analysis.Core)
}
