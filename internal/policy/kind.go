package policy

import "unicode"

// Kind says what a document is attached to, which decides the elements it must and must not have.
type Kind int

const (
	// Managed is a customer or AWS managed policy, also when it serves as permissions boundary.
	Managed Kind = iota
	// Inline is a policy embedded in a user, group or role.
	Inline
	// Trust is a role's trust policy (AssumeRolePolicyDocument).
	Trust
	// Session is a policy passed to AssumeRole or GetFederationToken.
	Session
	// Resource is a policy attached to a resource other than a role.
	Resource
	// AWSManaged is a policy that AWS maintains, which no quota binds.
	AWSManaged
)

// Quotas in characters, white space not counted. Those of inline policies hold for the sum over one entity.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const (
	ManagedQuota     = 6144
	TrustQuota       = 2048
	SessionQuota     = 2048
	InlineUserQuota  = 2048
	InlineRoleQuota  = 10240
	InlineGroupQuota = 5120
)

// takesPrincipal tells whether statements of this kind name principals.
func (k Kind) takesPrincipal() bool { return k == Trust || k == Resource }

// storedByIAM tells whether IAM itself takes such documents from its callers.
func (k Kind) storedByIAM() bool { return k == Managed || k == Inline || k == Trust }

// size counts characters as IAM does against its quotas: white space is free.
func size(text string) int {
	n := 0
	for _, r := range text {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}
