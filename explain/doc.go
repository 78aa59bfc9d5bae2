// Package explain answers why a token was accepted or refused.
//
// It stands apart because its questions are those of a person, not of a protocol. Its parts are folders: lint reads mappings
// before they are applied, token reads a token, mapping says what mappings make of a caller, offline and online answer without
// and with a running stack in the form of hop. The verdict is always left to the real parts: to those of the stack, or to the
// authenticator's own code, which the folder authenticator asks.
package explain
