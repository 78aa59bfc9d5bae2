// Package scenario reproduces causes of a refusal on a running stack: it breaks the mapping or the token, checks that the
// explanation names the cause, repairs it and checks that the caller enters.
//
// It stands apart because a scenario is data: who adds a cause writes what is wrong and what is right, and nothing else.
package scenario
