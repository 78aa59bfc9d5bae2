// Package profile writes what clients read: the AWS configuration and credentials files with the stack's named profiles, and
// a kubeconfig with a context for each of them.
//
// It stands apart because these files are the whole of what an unmodified client sees of a stack, and because they are made
// from plain data: any kind of cluster gives the same files.
package profile
