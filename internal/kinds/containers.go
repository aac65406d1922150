package kinds

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Container is what checks see of a container.
type Container struct {
	Name, Image   string
	Args          []string
	Env           []corev1.EnvVar // values alone; references keep their name
	Ports         []Port
	Requests      corev1.ResourceList
	Limits        corev1.ResourceList
	RunAsUser     *int64
	RunAsGroup    *int64
	RunAsNonRoot  *bool
	Privileged    bool
	Capabilities  []corev1.Capability
	RestartAlways bool // of an init container: a native sidecar
	HasProbe      bool // any probe that the kubelet sends over the network
	CallsQuit     bool // command, arguments or a hook ask the proxy to end (quitquitquit)

	amounts *sharedAmounts // see [Container.share]
}

// Port is a container port.
type Port struct {
	Name     string
	Number   int32
	HostPort int32
	Protocol corev1.Protocol // TCP if unset
}

// EnvValue is the literal value of an environment variable, "" if it has none.
func (c *Container) EnvValue(name string) string {
	for i := range c.Env {
		if c.Env[i].Name == name {
			return c.Env[i].Value
		}
	}
	return ""
}

// EnvSet tells whether an environment variable is there, be it with a value, an
// empty one or a reference.
func (c *Container) EnvSet(name string) bool {
	return slices.ContainsFunc(c.Env, func(e corev1.EnvVar) bool { return e.Name == name })
}

func newContainers(list []corev1.Container) []Container {
	if len(list) == 0 {
		return nil
	}
	out := make([]Container, len(list))
	for i := range list {
		out[i] = newContainer(&list[i])
	}
	return out
}

func newContainer(c *corev1.Container) Container {
	out := Container{
		Name: c.Name, Image: c.Image, Args: c.Args, Env: meshEnv(c),
		Requests: c.Resources.Requests, Limits: c.Resources.Limits,
		RestartAlways: c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways,
		HasProbe:      networkProbe(c.LivenessProbe) || networkProbe(c.ReadinessProbe) || networkProbe(c.StartupProbe),
		CallsQuit:     callsQuit(c),
	}
	if sc := c.SecurityContext; sc != nil {
		out.RunAsUser, out.RunAsGroup, out.RunAsNonRoot = sc.RunAsUser, sc.RunAsGroup, sc.RunAsNonRoot
		out.Privileged = sc.Privileged != nil && *sc.Privileged
		if sc.Capabilities != nil {
			out.Capabilities = sc.Capabilities.Add
		}
	}
	for i := range c.Ports {
		p := &c.Ports[i]
		port := Port{Name: p.Name, Number: p.ContainerPort, HostPort: p.HostPort, Protocol: p.Protocol}
		if port.Protocol == "" {
			port.Protocol = corev1.ProtocolTCP
		}
		out.Ports = append(out.Ports, port)
	}
	out.share()
	return out
}

// proxies are the containers whose environment checks read; that of others is
// large, may hold secrets, and says nothing about the mesh.
var proxies = map[string]bool{"istio-proxy": true, "envoy": true, "proxyinit": true, "discovery": true}

func meshEnv(c *corev1.Container) []corev1.EnvVar {
	if !proxies[c.Name] && !meshedByEnv(c.Env) {
		return nil
	}
	out := make([]corev1.EnvVar, 0, len(c.Env))
	for i := range c.Env {
		out = append(out, corev1.EnvVar{Name: c.Env[i].Name, Value: c.Env[i].Value})
	}
	return out
}

// meshedByEnv tells an App Mesh proxy that does not bear the usual name.
func meshedByEnv(env []corev1.EnvVar) bool {
	for i := range env {
		if n := env[i].Name; n == "APPMESH_RESOURCE_ARN" || n == "APPMESH_VIRTUAL_NODE_NAME" {
			return true
		}
	}
	return false
}

// callsQuit tells whether a container ends the proxy of its Pod by a call of
// pilot-agent's /quitquitquit.
func callsQuit(c *corev1.Container) bool {
	lists := [][]string{c.Command, c.Args}
	if c.Lifecycle != nil {
		lists = append(lists, handled(c.Lifecycle.PostStart), handled(c.Lifecycle.PreStop))
	}
	return slices.ContainsFunc(slices.Concat(lists...), func(s string) bool {
		return strings.Contains(s, "quitquitquit")
	})
}

func handled(h *corev1.LifecycleHandler) []string {
	switch {
	case h == nil:
		return nil
	case h.Exec != nil:
		return h.Exec.Command
	case h.HTTPGet != nil:
		return []string{h.HTTPGet.Path}
	}
	return nil
}

func networkProbe(p *corev1.Probe) bool {
	return p != nil && (p.HTTPGet != nil || p.TCPSocket != nil || p.GRPC != nil)
}
