package load

import "math/rand/v2"

// mistake is what is wrong with an application, named by the check that finds
// it; "" if nothing is.
type mistake string

// The mistakes. None causes the finding of another check, and
// none shows only after a while, as a missing sidecar does.
const (
	noRequests      mistake = "resources/unsetproxy"
	unknownHost     mistake = "routing/unknownhost"
	unknownPort     mistake = "routing/unknownport"
	unknownSubset   mistake = "routing/unknownsubset"
	missingGateway  mistake = "gateway/missinggateway"
	plainText       mistake = "mtls/modeconflict"
	idlePolicy      mistake = "authz/nomatchingworkload"
	unknownSource   mistake = "authz/namespacenotfound"
	danglingBackend mistake = "appmesh/danglingbackend"
	danglingService mistake = "appmesh/danglingprovider"
	danglingRoute   mistake = "appmesh/danglingroute"
)

// mistakesOf are those that applications of a role can have.
var mistakesOf = map[role][]mistake{
	inIstio: {
		unknownHost, unknownSubset, plainText, idlePolicy,
		missingGateway, unknownPort, unknownSource, noRequests,
	},
	inAppMesh: {danglingBackend, danglingService, danglingRoute},
}

// mistaken is the share of the applications that have a mistake, one in fifty.
const mistaken = 50

// draw chooses the applications that have a mistake. Each mistake is there once
// at least, as far as there are applications.
func (m *Mesh) draw(seed uint64) map[int]mistake {
	sites := map[role][]int{}
	for a := range m.all() {
		if a.service != "" && a.replicas > 0 {
			sites[a.role] = append(sites[a.role], a.number)
		}
	}
	drawn := map[int]mistake{}
	for role, sorts := range mistakesOf {
		numbers := sites[role]
		random := rand.New(rand.NewPCG(seed, uint64(role)))
		random.Shuffle(len(numbers), func(i, j int) { numbers[i], numbers[j] = numbers[j], numbers[i] })
		for i := range min(len(numbers), max(len(sorts), len(numbers)/mistaken)) {
			drawn[numbers[i]] = sorts[i%len(sorts)]
		}
	}
	return drawn
}

// Mistakes is the number of findings of each check, by its ID, that a filled
// mesh has: exactly these above Info, with default settings and after the end
// of support of App Mesh. After [Mesh.Churn] they are the same.
func (m *Mesh) Mistakes() map[string]int {
	counts := map[string]int{"appmesh/endofsupport": 1} // the Mesh of the installation
	for _, mistake := range m.mistakes {
		counts[string(mistake)]++
	}
	return counts
}
