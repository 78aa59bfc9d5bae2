// Package shell writes variables in a shell's own words, to be evaluated by it, and takes them back.
//
// It stands apart because quoting must be right whatever a value holds: the text is run by the user's shell.
package shell
