package authenticator

import "sigs.k8s.io/aws-iam-authenticator/pkg/arn"

// PrincipalType is what kind of caller an ARN means.
type PrincipalType = arn.PrincipalType

// The kinds of callers that the authenticator knows.
const (
	RolePrincipal    = arn.ROLE
	UserPrincipal    = arn.USER
	RootPrincipal    = arn.ROOT
	FederatedUser    = arn.FEDERATED_USER
	SessionPrincipal = arn.ASSUMED_ROLE
)

// Canonicalize returns the form in which the authenticator compares a caller's ARN with mappings: that of the role for a
// role's session. The error says why an ARN is none of a caller's.
func Canonicalize(text string) (PrincipalType, string, error) { return arn.Canonicalize(text) }

// StripPath returns the ARN of a role without its path, as STS names it, and any other ARN as it is.
func StripPath(text string) (string, error) { return arn.StripPath(text) }
