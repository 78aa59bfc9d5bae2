// Package store keeps records: keys with JSON values, in memory or in etcd.
//
// It stands apart so that whoever keeps state says only what must be true of it, and never where it lies. A write is one
// transaction of compare-and-swap operations, which happens entirely or not at all. A read is not a matter of the store:
// whoever reads follows it, and so holds the whole state in a form of its own, which stays readable while etcd is away.
package store
