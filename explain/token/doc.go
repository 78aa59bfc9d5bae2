// Package token reads an EKS token: what it says, how old it is, and which checks it fails, all without the secret key.
//
// It stands apart because a token can be read anywhere, whichever cluster it was made for. The checks are the
// authenticator's own; a token that is none of EKS's is named for what it is. Neither the signature nor the session token
// leaves this package: who has them is the caller.
package token
