package mesh

import (
	"strings"

	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// ProxyImages are the images that an injector gives to a Pod.
type ProxyImages struct {
	Proxy string
	// Init is that of istio-init or istio-validation. Releases of Istio differ in
	// whether it is of the type that ProxyConfig asks for; then it is Proxy.
	Init string
}

// Images are what the injector gives to a new Pod of a template. As istiod has
// it, hub, image and tag are the installation's, unless the image is a whole one.
// The type of image ends the tag in place of a type that is there: by the
// annotation, else the ProxyConfig, else the installation's variant.
//
// It is false where that is not known: the configuration of the injector cannot
// be had or is not Istio's own, or the Pod names an image or other templates
// itself. It reads ConfigMaps, which are off in files unless one is given.
func (i *Injector) Images(r inventory.Reader, t *Template) (ProxyImages, bool) {
	c := i.Configuration(r)
	_, own := t.Annotations[annotation.SidecarProxyImage.Name]
	if c == nil || own || t.BringsProxy() || !c.Stock || !istiosTemplates(injectionTemplates(c, t)) {
		return ProxyImages{}, false
	}
	kind := c.Values.Variant
	if asked := ProxyConfigOf(r, t).GetImage().GetImageType(); asked != "" {
		kind = asked
	}
	initKind := c.Values.Variant
	if asked, given := t.Annotations[annotation.SidecarProxyImageType.Name]; given {
		kind, initKind = asked, asked
	}
	return ProxyImages{
		Proxy: imageName(&c.Values, c.Values.ProxyImage, kind),
		Init:  imageName(&c.Values, c.Values.InitImage, initKind),
	}, true
}

// imageName is an image of the installation.
func imageName(v *kinds.InjectorValues, name, kind string) string {
	if strings.Contains(name, "/") {
		return name
	}
	if name == "" {
		name = "proxyv2"
	}
	return v.Hub + "/" + name + ":" + typedTag(v.Tag, kind)
}

// typedTag is a tag for a type of image; "" leaves it as it is, and "default" is
// the type without a name.
func typedTag(tag, kind string) string {
	if kind == "" || tag == "" {
		return tag
	}
	for _, known := range []string{"-distroless", "-debug"} {
		if bare, ok := strings.CutSuffix(tag, known); ok {
			tag = bare
			break
		}
	}
	if kind == "default" {
		return tag
	}
	return tag + "-" + kind
}

// ImageVersion is what tells an image from others of its name: the digest, and
// otherwise the tag.
type ImageVersion struct{ Tag, Digest string }

// VersionOf reads an image's name.
func VersionOf(image string) ImageVersion {
	_, digest, _ := strings.Cut(image, "@")
	return ImageVersion{Tag: imageTag(image), Digest: digest}
}

// Differs tells whether two images are certainly different ones, wherever they
// are pulled from: by digests, where both have one, else by tags, which latest
// is none of.
func (v ImageVersion) Differs(from ImageVersion) bool {
	if v.Digest != "" && from.Digest != "" {
		return v.Digest != from.Digest
	}
	return v.fixed() && from.fixed() && v.Tag != from.Tag
}

func (v ImageVersion) fixed() bool { return v.Tag != "" && v.Tag != "latest" }

// String is the tag, or else the digest.
func (v ImageVersion) String() string {
	if v.Tag != "" {
		return v.Tag
	}
	return v.Digest
}
