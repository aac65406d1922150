package cli

import (
	"os"
	"testing"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

func TestMain(m *testing.M) { os.Exit(envtesting.Run(m)) }
