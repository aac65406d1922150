// Package openreports turns the ledger's views into Reports of openreports.io,
// which tools such as policy-reporter collect from many sources.
//
// Everything here is a pure function. A Report says what the MeshAuditReport of
// the same view says, in the same words and order, as far as that API has room
// for it; a ClusterReport has the same fields and is made by conversion:
//
//   - A finding of severity Critical, High or Medium is the result fail, one of
//     Low or Info the result warn: the API defines warn as "requirements are not
//     met and the policy is not scored", and neither of the two says that
//     something is broken or open.
//   - A finding that an exception silences is skip, with the exception's name.
//   - A check that could not be evaluated is error, with what could not be read;
//     skip where nobody requires it, and nothing where it is off.
//   - What does not fit is told by a result of its own, since readers list
//     results and sum them up themselves.
//
// Times are no content, as in package report.
package openreports
