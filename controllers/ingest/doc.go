// Package ingest reads a cluster into the inventory: one watch for each row of
// the kind table.
//
// A watch is a client-go reflector with a store of our own. The decoder of its
// responses is the row's projection, so that a full object lives no longer than
// its own decoding; the store puts what comes into the inbox, which is the
// queue, and keeps no more than the names of what it put. A list, the first as
// well as every later one, is one batch together with the state [inventory.Listed], and
// deletes what has vanished.
//
// Not controller-runtime's source.Kind: it waits for every informer of the
// cache, so that one forbidden kind would end the manager, and removing an
// informer sends no deletes.
//
// Kinds of Kubernetes itself are read as typed protobuf. Kinds of CRDs are read
// as JSON and decoded one object at a time: an enum value that our library does
// not know would make a typed list fail as a whole.
//
// One goroutine, the supervisor, compares what should be watched with what is,
// and starts and stops watches. What should be watched follows from the CRDs of
// the cluster, which are themselves watched as a row of the table, and from
// what the policy turns on. What is absent, forbidden or broken is a state of
// the kind in the inventory; it never ends the process.
//
// What is between goroutines is bounded: the inbox by what exists; what wakes
// the supervisor by one signal; the journal by one piece of news a kind; what a
// watch keeps by the names of its objects; the states of namespaces by those
// that the options and the policy ever named; and what is on its way from the
// API server by one page or event a watch, as reading waits for the store.
package ingest
