package binaries

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// give makes a folder of assets that holds the named binaries.
func give(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(AssetsVariable, dir)
	return dir
}

func ensure(t *testing.T, dir string, names ...string) string {
	t.Helper()
	var output bytes.Buffer
	if _, err := Ensure(t.Context(), Options{Dir: dir, Names: names, Output: &output}); err != nil {
		t.Fatal(err)
	}
	return output.String()
}

func TestEnsureUsesGivenBinaries(t *testing.T) {
	dir, assets := t.TempDir(), give(t, Etcd, Kubectl)
	output := ensure(t, dir, Etcd, Kubectl)
	if strings.Contains(output, "minutes") || !strings.Contains(output, "[2/2] kubectl: taken from KUBEBUILDER_ASSETS") {
		t.Errorf("unexpected progress: %s", output)
	}
	if target, err := os.Readlink(filepath.Join(dir, Etcd)); err != nil || target != filepath.Join(assets, Etcd) {
		t.Errorf("got a link to %q (%v)", target, err)
	}
}

func TestEnsureIsSilentWhenUpToDate(t *testing.T) {
	dir := t.TempDir()
	give(t, Etcd)
	ensure(t, dir, Etcd)
	if output := ensure(t, dir, Etcd); output != "" {
		t.Errorf("want nothing done, got %s", output)
	}
}

func TestEnsureFollowsTheVariable(t *testing.T) {
	dir := t.TempDir()
	give(t, Etcd)
	ensure(t, dir, Etcd)
	assets := give(t, Etcd)
	ensure(t, dir, Etcd)
	if target, err := os.Readlink(filepath.Join(dir, Etcd)); err != nil || target != filepath.Join(assets, Etcd) {
		t.Errorf("got a link to %q (%v)", target, err)
	}
}

func TestFolderIsNoAssetOfItself(t *testing.T) {
	dir := give(t, Etcd)
	if asset := givenAsset(Etcd, dir); asset != "" {
		t.Errorf("got %s", asset)
	}
}

func TestAnotherVersionIsNotUpToDate(t *testing.T) {
	t.Setenv(AssetsVariable, "")
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	built, err := newTarget(components[0], root, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string]string{built.path: "", built.stampPath(): built.stamp()} {
		if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if !built.upToDate() {
		t.Error("want the stamped version up to date")
	}
	built.version = "v0.0.0"
	if built.upToDate() {
		t.Error("want another version built anew")
	}
}

func TestUnknownComponent(t *testing.T) {
	if _, err := Ensure(t.Context(), Options{Dir: t.TempDir(), Names: []string{"kubelet"}}); err == nil {
		t.Error("want an error")
	}
}

func TestKubernetesReportsItsVersion(t *testing.T) {
	flags := kubernetesVersion("v1.37.2")
	for _, want := range []string{"gitVersion=v1.37.2", "gitMajor=1 ", "gitMinor=37 "} {
		if !strings.Contains(flags, want) {
			t.Errorf("want %q in %q", want, flags)
		}
	}
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := Lock(path, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(path, false); err == nil {
		t.Error("want the lock taken")
	}
	unlock()
	unlock, err = Lock(path, false)
	if err != nil {
		t.Fatalf("want the lock free: %v", err)
	}
	unlock()
}
