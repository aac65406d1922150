package monitoring_test

import (
	"os"
	"testing"

	"github.com/meshaudit/meshaudit/internal/operatortesting"
)

func TestMain(m *testing.M) { os.Exit(operatortesting.Main(m)) }
