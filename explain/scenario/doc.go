// Package scenario reproduces causes of a refusal on a running stack with real clients: it breaks one thing, shows what the
// user meets, has eksauth explain name the cause, repairs it and shows that the user enters.
//
// It stands apart because a scenario is data, the commands that somebody could type, and because it knows the program only
// from outside, as its users do: the explanation that it checks is the one that they read.
package scenario
