package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// headOfSample finds the commands that a sample's head gives.
var headOfSample = regexp.MustCompile(`(?m)^# (?:To mend it: |            )(kubectl .+)$`)

// mendAll does what the heads of the samples say, except for the one that the
// demo itself mends. Then, and soon, nothing above Info may be left of them.
func mendAll(t *testing.T, d *demo) {
	t.Helper()
	for _, mistake := range faulty {
		if mistake.namespace == mended.namespace || mistake.namespace == wholeCluster {
			continue
		}
		t.Run(mistake.namespace, func(t *testing.T) {
			for _, command := range commands(t, d, mistake.namespace) {
				runCommand(t, d, command)
			}
			began := time.Now()
			err := d.await(t.Context(), "the end of all mistakes", func(ctx context.Context) (string, error) {
				reports, err := d.reports(ctx)
				return strings.Join(ailments(reports[mistake.namespace]), "; "), err
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("mended %d ms after the last command", time.Since(began).Milliseconds())
		})
	}
}

func commands(t *testing.T, d *demo, namespace string) (list []string) {
	t.Helper()
	files, err := filepath.Glob(d.path("config", "samples", "*-"+strings.TrimPrefix(namespace, "sample-")+".yaml"))
	if err != nil || len(files) != 1 {
		t.Fatalf("want one sample for %s, got %v (%v)", namespace, files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range headOfSample.FindAllStringSubmatch(string(data), -1) {
		list = append(list, match[1])
	}
	if len(list) == 0 {
		t.Fatalf("the head of %s does not say how to mend it", files[0])
	}
	return list
}

// runCommand runs a command as a person types it.
func runCommand(t *testing.T, d *demo, command string) {
	t.Helper()
	kubectl := d.cluster.Kubectl(t.Context())
	cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
	cmd.Env = kubectl.Env
	cmd.Env = append(cmd.Env, "PATH="+filepath.Dir(kubectl.Path)+string(os.PathListSeparator)+os.Getenv("PATH"))
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, output)
	}
}
