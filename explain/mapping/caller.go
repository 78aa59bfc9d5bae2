package mapping

import (
	"fmt"
	"strings"

	"github.com/eksauth/eksauth/explain/authenticator"
)

// NewCaller makes the identity that STS would name for an ARN: of a session, a user, a role. A role's path is left out, as
// STS leaves it out. The error says why the ARN is none of a caller's.
func NewCaller(arn string) (*authenticator.Identity, error) {
	kind, canonical, err := authenticator.Canonicalize(strings.TrimSpace(arn))
	if err != nil {
		return nil, fmt.Errorf("read the caller's ARN: %w", err)
	}
	identity := &authenticator.Identity{ARN: arn, CanonicalARN: canonical, AccountID: field(canonical, 4)}
	switch kind {
	case authenticator.RolePrincipal:
		if identity.CanonicalARN, err = authenticator.StripPath(canonical); err != nil {
			return nil, fmt.Errorf("read the caller's ARN: %w", err)
		}
	case authenticator.SessionPrincipal:
		identity.SessionName = arn[strings.LastIndexByte(arn, '/')+1:]
	}
	return identity, nil
}

// field is the i-th part of an ARN: partition 1, service 2, region 3, account 4, resource 5.
func field(arn string, i int) string {
	parts := strings.SplitN(arn, ":", 6)
	if i >= len(parts) {
		return ""
	}
	return parts[i]
}
