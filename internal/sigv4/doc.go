// Package sigv4 verifies AWS Signature Version 4 on the server side, in the Authorization header or presigned in
// the query.
//
// It exists apart because it is the lock on every door of the emulator: one small package with one path through it
// can be read, fuzzed and measured on its own. It imports the standard library only, so that the SDK's signer stays an
// independent oracle for its tests.
//
// Two rules shape the code. First, the canonical request is built from the request as it was sent (raw path, raw
// query, header lines) and never from a parsed form, which would have lost what was sent. Second, where AWS's
// documentation leaves a choice, the stricter reading is taken: nobody gets in whom AWS would keep out.
//
// The specification is "Signature Version 4 for API requests" in the IAM User Guide:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
package sigv4
