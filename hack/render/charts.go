package main

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	"istio.io/istio/manifests"
)

// render is what helm install would apply, in its namespace.
func (r *release) render() (string, error) {
	c, err := load("charts/" + r.chart)
	if err != nil {
		return "", fmt.Errorf("load chart %s: %w", r.chart, err)
	}
	values, err := util.ToRenderValues(c, r.withHub(), common.ReleaseOptions{
		Name: r.name, Namespace: r.namespace, IsInstall: true, Revision: 1,
	}, common.DefaultCapabilities)
	if err != nil {
		return "", fmt.Errorf("values of %s: %w", r.name, err)
	}
	files, err := engine.Render(c, values)
	if err != nil {
		return "", fmt.Errorf("render %s: %w", r.name, err)
	}
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasSuffix(name, ".yaml") {
			out.WriteString("---\n" + files[name] + "\n")
		}
	}
	return inNamespace(r.namespace, out.String())
}

// withHub are the release's values, with a hub and a tag as of a release.
func (r *release) withHub() common.Values {
	values := common.Values{}
	maps.Copy(values, r.values)
	global := map[string]any{"hub": "example/istio", "tag": "1.31.1"}
	if given, ok := values["global"].(map[string]any); ok {
		maps.Copy(global, given)
	}
	values["global"] = global
	return values
}

// load reads a chart from those that are compiled into Istio.
func load(root string) (*chart.Chart, error) {
	var files []*archive.BufferedFile
	err := fs.WalkDir(manifests.FS, root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(manifests.FS, path)
		files = append(files, &archive.BufferedFile{Name: strings.TrimPrefix(path, root+"/"), Data: data})
		return err
	})
	if err != nil {
		return nil, err
	}
	return loader.LoadFiles(files)
}
