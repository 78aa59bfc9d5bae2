// Package client runs unmodified programs as a user of a stack would run them.
//
// It stands apart because every spec needs it, and because it is where the suite makes sure that a client sees the stack
// alone: a home folder of its own, and none of the AWS and Kubernetes variables of whoever started the suite.
package client
