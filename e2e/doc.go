// Package e2e is the end-to-end suite: the whole story, from AWS profile to RBAC verdict, on real clusters and with
// unmodified clients (aws CLI, aws-iam-authenticator, kubectl, curl) as child processes.
//
// It stands apart because it knows the program only as a user does, by its command line: it imports nothing of this module
// but its own folders. E2E_CLUSTERS names the kinds of cluster to run on, comma separated; with none the suite is skipped.
// Where the machine allows it, the suite runs in a network namespace that has a loopback interface and nothing else.
package e2e
