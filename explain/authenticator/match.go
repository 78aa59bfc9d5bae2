package authenticator

import (
	"encoding/json"
	"fmt"
	"strings"

	"sigs.k8s.io/aws-iam-authenticator/pkg/config"
	"sigs.k8s.io/aws-iam-authenticator/pkg/mapper/dynamicfile"
)

// Mapping is the Kubernetes user and groups of a caller, before placeholders are filled in.
type Mapping = config.IdentityMapping

// Find returns what the mappings make of a caller, by the authenticator's own comparison and in its order: roles, users,
// accounts; in a list the last entry of a key wins. Nil means that the caller is not mapped.
func (m Mappings) Find(identity *Identity) *Mapping {
	canonical := strings.ToLower(identity.CanonicalARN)
	for i := len(m.Roles) - 1; i >= 0; i-- {
		if m.Roles[i].Matches(canonical) {
			return m.Roles[i].IdentityMapping(identity)
		}
	}
	for i := len(m.Users) - 1; i >= 0; i-- {
		if m.Users[i].Matches(canonical) {
			return m.Users[i].IdentityMapping(identity)
		}
	}
	for _, account := range m.Accounts {
		if account == identity.AccountID {
			return &Mapping{IdentityARN: canonical, Username: identity.CanonicalARN}
		}
	}
	return nil
}

// FindEntry asks the authenticator's own mapper for access entries what it makes of a caller. The principal's ID is left out
// of account, which a cluster compares as well. Nil means that no entry is the caller's.
func FindEntry(roles []Role, users []User, identity *Identity) (*Mapping, error) {
	quiet()
	data, err := json.Marshal(dynamicfile.DynamicFileData{RoleMappings: roles, UserMappings: users})
	if err != nil {
		return nil, fmt.Errorf("write the access entries: %w", err)
	}
	mapper, err := dynamicfile.NewDynamicFileMapper(config.Config{})
	if err != nil {
		return nil, fmt.Errorf("make the mapper of access entries: %w", err)
	}
	if err := mapper.CallBackForFileLoad(data); err != nil {
		return nil, fmt.Errorf("read the access entries: %w", err)
	}
	found, err := mapper.Map(identity)
	if err != nil {
		return nil, nil //nolint:nilerr // the one error that this mapper gives without IDs is that nothing matches
	}
	return found, nil
}

// Render fills in the placeholders that need no answer of EC2, as the authenticator does.
func Render(template string, identity *Identity) string {
	return strings.NewReplacer(
		"{{AccountID}}", identity.AccountID,
		"{{SessionName}}", strings.ReplaceAll(identity.SessionName, "@", "-"),
		"{{SessionNameRaw}}", identity.SessionName,
		"{{AccessKeyID}}", identity.AccessKeyID,
	).Replace(template)
}
