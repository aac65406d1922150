// Package inventory holds WHAT EXISTS: one projected value per object, the
// indexes over them, and how well each kind can be read.
//
// It knows neither Kubernetes nor meshes. A kind is described by a [KindInfo],
// an object is an [Object] under its [Ref], and every read is a read of one
// [Bucket]: one value of one index. Whoever remembers the buckets that it read
// is told by [Store.Apply] when one of them changed.
//
// Two laws hold throughout:
//
//   - values are read-only once they are stored;
//   - unknown is not empty: an empty bucket of a kind that is not [Listed] or
//     [NotInstalled] says nothing about the world.
//
// What grows is bounded: the inbox by one entry for each kind, scope and object
// that changed since it was taken; the store by the objects that there are and
// the buckets that they are in or that somebody reads.
package inventory
