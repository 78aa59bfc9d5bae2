// Package token takes EKS tokens apart and makes those that no client makes: old ones, and ones with a flaw.
//
// It stands apart because the refusals need tokens that are right but for one thing. It signs with the SDK's own signer, so
// that what is wrong is that one thing.
package token
