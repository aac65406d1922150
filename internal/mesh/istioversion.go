package mesh

import (
	"regexp"
	"strconv"
	"strings"
)

// Version is Istio's, by the tag of istiod's image, else by the Deployment's
// label app.kubernetes.io/version; false if neither tells.
func (c *ControlPlane) Version() (major, minor int, ok bool) {
	if c.Istiod == nil {
		return 0, 0, false
	}
	if container := c.Istiod.Template.Container(discovery); container != nil {
		if major, minor, ok = versionOf(imageTag(container.Image)); ok {
			return major, minor, ok
		}
	}
	return versionOf(c.Istiod.Labels["app.kubernetes.io/version"])
}

// imageTag is the tag of an image, "" if it has none.
func imageTag(image string) string {
	image, _, _ = strings.Cut(image, "@")
	name := image[strings.LastIndexByte(image, '/')+1:]
	_, tag, _ := strings.Cut(name, ":")
	return tag
}

var versionPattern = regexp.MustCompile(`^v?(\d{1,3})\.(\d{1,3})([.-].*)?$`)

func versionOf(text string) (major, minor int, ok bool) {
	m := versionPattern.FindStringSubmatch(text)
	if m == nil {
		return 0, 0, false
	}
	major, _ = strconv.Atoi(m[1])
	minor, _ = strconv.Atoi(m[2])
	return major, minor, true
}
