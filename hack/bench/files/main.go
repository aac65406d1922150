// Command files compares meshaudit analyze --file with istioctl analyze on one
// file of synthetic manifests: medians of several runs of either, one after the
// other, so that the machine's mood hits both. It fails if MeshAudit is not at
// least four times as fast, or takes more than 200 MiB.
//
//	make bench-files
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/meshaudit/meshaudit/internal/manifests/manifeststest"
)

const (
	wantRatio = 4
	wantMiB   = 200
)

func main() {
	bin := flag.String("bin", "bin", "folder with meshaudit and istioctl")
	namespaces := flag.Int("namespaces", 400, "namespaces of the file, 44 objects each")
	runs := flag.Int("runs", 5, "runs of each program")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := compare(ctx, *bin, *namespaces, *runs); err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "bench-files:", err)
		os.Exit(1) //nolint:gocritic // stop has been called
	}
}

// sample is one run of a program.
type sample struct {
	took time.Duration
	mib  float64 // largest resident memory
}

func compare(ctx context.Context, bin string, namespaces, runs int) error {
	dir, err := os.MkdirTemp("", "meshaudit-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "mesh.yaml")
	if err := write(file, namespaces); err != nil {
		return err
	}
	ours := []string{filepath.Join(bin, "meshaudit"), "analyze", "--file", file}
	theirs := []string{filepath.Join(bin, "istioctl"), "analyze", "--use-kube=false", file}
	var a, b []sample
	for range runs {
		for _, side := range []struct {
			command []string
			samples *[]sample
		}{{ours, &a}, {theirs, &b}} {
			s, err := run(ctx, side.command)
			if err != nil {
				return err
			}
			*side.samples = append(*side.samples, s)
		}
	}
	return judge(median(a), median(b))
}

func write(file string, namespaces int) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	err = errors.Join(manifeststest.YAML(w, namespaces), w.Flush(), f.Close())
	if info, e := os.Stat(file); e == nil {
		fmt.Printf("%d namespaces, %.1f MB of YAML\n", namespaces, float64(info.Size())/1e6)
	}
	return err
}

// run ends well whatever the program found: only a program that cannot be
// started, or ends by a signal, is an error.
func run(ctx context.Context, command []string) (sample, error) {
	c := exec.CommandContext(ctx, command[0], command[1:]...)
	began := time.Now()
	err := c.Run()
	took := time.Since(began)
	var ended *exec.ExitError
	if err != nil && (!errors.As(err, &ended) || ended.ExitCode() < 0) {
		return sample{}, fmt.Errorf("%s: %w", c.Path, err)
	}
	usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return sample{}, errors.New("this system does not tell how much memory a program took")
	}
	return sample{took, float64(usage.Maxrss) / 1024}, nil
}

func median(list []sample) sample {
	times := slices.Clone(list)
	slices.SortFunc(times, func(x, y sample) int { return int(x.took - y.took) })
	memory := slices.Clone(list)
	slices.SortFunc(memory, func(x, y sample) int { return int(x.mib - y.mib) })
	return sample{times[len(times)/2].took, memory[len(memory)/2].mib}
}

func judge(ours, theirs sample) error {
	ratio := float64(theirs.took) / float64(ours.took)
	fmt.Printf("meshaudit %v, %.0f MiB; istioctl %v, %.0f MiB; %.1f times as fast\n",
		ours.took.Round(time.Millisecond), ours.mib, theirs.took.Round(time.Millisecond), theirs.mib, ratio)
	if ratio < wantRatio || ours.mib > wantMiB {
		return fmt.Errorf("want at least %d times as fast, and at most %d MiB", wantRatio, wantMiB)
	}
	return nil
}
