// Package mapping says what aws-auth and access entries make of a caller, and if they map nobody, which entry was meant.
//
// It stands apart because the question is the same for a file, for a real cluster and for a running stack. Whether a
// caller is mapped is asked of the authenticator's code; only the search for the entry that was meant is our own.
package mapping
