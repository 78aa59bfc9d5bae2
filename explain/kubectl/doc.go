// Package kubectl reads what a kubectl command line asks of a cluster: the verb, the resource and where.
//
// It stands apart because it is about kubectl alone, and asks nobody. Which resource a short name means, only the cluster
// can tell: see [Request.Typed].
package kubectl
