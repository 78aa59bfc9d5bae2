// Package callers joins the wire to the directory: whose key a request was signed with, whether the endpoint that was asked
// may know it, and what every policy can ask of a request.
//
// It stands apart because all services need it and neither side may know the other: the wire serves any identity, and the
// directory no HTTP.
package callers
