// Package snapshot packs a stack into one file and unpacks it on another machine: identities, keys, clusters and the
// objects in them.
//
// It stands apart because an archive comes from outside: what it may write where is decided here and nowhere else.
package snapshot
