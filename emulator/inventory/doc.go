// Package inventory reads what the aws CLI and kubectl print of a real account and a real cluster, and says which commands
// print it.
//
// It stands apart because its input comes from outside: it decides what each file is by its content, finds all that is wrong
// with it at once, and says of everything that it leaves out why. It asks nobody and changes nothing.
package inventory
