package kinds

import (
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// AWSDeparture is an object of App Mesh's controller that has gone from the
// cluster. Its twin in AWS goes with it, which a sweep that began before does
// not know: until the next one it looks like a left-over.
type AWSDeparture struct {
	ARN string
	// Seen is when the cluster was seen to have lost it.
	Seen time.Time
}

var awsDepartureInfo = inventory.NewKind(&inventory.KindInfo{
	Kind: "Departure.meshaudit.io", Equal: equal,
	Subjects: func(*inventory.Object) []inventory.Ref { return nil },
})

// AWSDepartures is the internal kind of departures, by ARN. Who reads clusters
// and AWS at once puts what [Departure] makes of each change.
var AWSDepartures = Kind[AWSDeparture]{
	Name: add(Row{
		KindInfo: awsDepartureInfo, Plural: "departures", Versions: []string{"v1alpha1"}, Internal: true,
	}).Kind,
	info: awsDepartureInfo,
}

// Departure is what a change of one object tells of departures: one that came,
// one that is over because AWS has noticed too, or nil.
func Departure(old, now *inventory.Object, seen time.Time) *inventory.Object {
	if old == nil || now != nil {
		return nil
	}
	if r := AWSResources.Of(old); r != nil {
		return &inventory.Object{Ref: AWSDepartures.Ref("", r.ARN)}
	}
	a, ok := old.Value.(interface{ awsARN() string })
	if !ok || a.awsARN() == "" {
		return nil
	}
	return &inventory.Object{
		Ref: AWSDepartures.Ref("", a.awsARN()), Value: &AWSDeparture{ARN: a.awsARN(), Seen: seen.UTC()},
	}
}

// awsARN is the ARN that an object of App Mesh's controller has in AWS.
func (a *AppMesh[S]) awsARN() string { return a.Status.ARN }
