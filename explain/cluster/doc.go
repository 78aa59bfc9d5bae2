// Package cluster reads from a real cluster what an explanation needs. It changes nothing there.
//
// It stands apart because everything else in explain works on texts that it is given.
package cluster
