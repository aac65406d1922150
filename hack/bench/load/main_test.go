package load

import (
	"fmt"
	"os"
	"testing"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// plane is the control plane of all tests.
var plane *envtesting.Env

func TestMain(m *testing.M) {
	ctrl.SetLogger(logr.Discard())
	code := 1
	defer func() { os.Exit(code) }()
	env, err := envtesting.Launch(ControlPlane())
	if err != nil {
		fmt.Fprintln(os.Stderr, "start the control plane:", err)
		return
	}
	plane = env
	crds, err := envtesting.FindCRDs(Groups()...)
	if err == nil {
		err = env.Serve(crds...)
	}
	if err == nil {
		code = m.Run()
	}
	if closed := env.Close(); err != nil || closed != nil {
		fmt.Fprintln(os.Stderr, "the control plane:", err, closed)
		code = max(code, 1)
	}
}
