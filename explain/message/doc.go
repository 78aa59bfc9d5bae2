// Package message finds the cause of a refusal in what a client or the authenticator has printed.
//
// It stands apart because a text is all that is left of many refusals: no cluster and no stack is asked, and what the text
// does not say is not guessed.
package message
