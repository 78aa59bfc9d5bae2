// Package offline proves that nothing listens or connects outside the loopback interface.
//
// It does so in two ways. Rerun runs the test program again in a network namespace that has a loopback interface and nothing
// else: nothing can get out, and the kernel counts there each attempt to (packets without a route, RFC 4293
// ipSystemStatsOutNoRoutes). A Watch samples the sockets that exist and keeps each that is bound or connected elsewhere; it
// also works where namespaces are not allowed, and then looks at the processes that the test program has started.
//
// It stands apart because it is about the kernel, not about the program under test. It is for Linux.
package offline
