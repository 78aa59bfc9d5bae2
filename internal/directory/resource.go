package directory

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/eksauth/eksauth/internal/policy"
)

// Policy is a customer managed policy, or one of AWS's own that an import has brought and the catalogue does not have.
type Policy struct {
	Resource
	Description string          `json:"description,omitempty"`
	Updated     time.Time       `json:"updated"`
	Default     string          `json:"default"` // such as v1
	Next        int             `json:"next"`    // number of the next version; numbers are never used again
	Versions    []PolicyVersion `json:"versions"`
	Attachments int             `json:"attachments,omitempty"`
	Boundaries  int             `json:"boundaries,omitempty"` // how many principals have it as their boundary
}

// PolicyVersion is one version of a managed policy.
type PolicyVersion struct {
	ID       string    `json:"id"`
	Document string    `json:"document"`
	Created  time.Time `json:"created"`
}

// PolicyKey is the key of a customer managed policy; letter case does not matter.
func PolicyKey(account, name string) Key[Policy] {
	return Key[Policy](recordKey(policyKind, account, name))
}

// AllPolicies selects the customer managed policies of an account.
func AllPolicies(account string) Range[Policy] { return rangeOf[Policy](policyKind, account) }

// ARN returns the policy's ARN, with its path.
func (p *Policy) ARN() string { return p.arn("policy") }

// OfAWS is the account of AWS's own policies.
const OfAWS = "aws"

// kind is what the policy's documents are checked as.
func (p *Policy) kind() policy.Kind {
	if p.Account == OfAWS {
		return policy.AWSManaged
	}
	return policy.Managed
}

// Version returns the version called id, or nil.
func (p *Policy) Version(id string) *PolicyVersion {
	i := slices.IndexFunc(p.Versions, func(v PolicyVersion) bool { return v.ID == id })
	if i < 0 {
		return nil
	}
	return &p.Versions[i]
}

func (p *Policy) recordKey() string     { return string(PolicyKey(p.Account, p.Name)) }
func (p *Policy) identifiers() []string { return []string{p.ID, p.ARN()} }

// InstanceProfile carries a role to EC2 instances.
type InstanceProfile struct {
	Resource
	Roles []string `json:"roles,omitempty"` // names of roles, at most one
}

// InstanceProfileKey is the key of an instance profile; letter case does not matter.
func InstanceProfileKey(account, name string) Key[InstanceProfile] {
	return Key[InstanceProfile](recordKey(profileKind, account, name))
}

// AllInstanceProfiles selects the instance profiles of an account.
func AllInstanceProfiles(account string) Range[InstanceProfile] {
	return rangeOf[InstanceProfile](profileKind, account)
}

// ARN returns the instance profile's ARN, with its path.
func (p *InstanceProfile) ARN() string { return p.arn("instance-profile") }

func (p *InstanceProfile) recordKey() string { return string(InstanceProfileKey(p.Account, p.Name)) }

// MFADevice is a virtual MFA device.
type MFADevice struct {
	Resource
	Seed    []byte    `json:"seed"`
	User    string    `json:"user,omitempty"` // ID of the user who has it enabled; the account for its root user
	Enabled time.Time `json:"enabled,omitzero"`
	// LastStep is the time step (RFC 6238) of the last code that was accepted: no code counts twice.
	LastStep int64 `json:"lastStep,omitempty"`
}

// MFADeviceKey is the key of a virtual MFA device; letter case does not matter.
func MFADeviceKey(account, name string) Key[MFADevice] {
	return Key[MFADevice](recordKey(mfaKind, account, name))
}

// AllMFADevices selects the virtual MFA devices of an account.
func AllMFADevices(account string) Range[MFADevice] { return rangeOf[MFADevice](mfaKind, account) }

// Serial returns the device's serial number, which is an ARN.
func (m *MFADevice) Serial() string { return m.arn("mfa") }

func (m *MFADevice) recordKey() string     { return string(MFADeviceKey(m.Account, m.Name)) }
func (m *MFADevice) identifiers() []string { return []string{m.Serial()} }

// OIDCProvider is an OpenID Connect identity provider. Its name is its URL without the scheme.
type OIDCProvider struct {
	Resource
	ClientIDs   []string `json:"clientIds,omitempty"`
	Thumbprints []string `json:"thumbprints,omitempty"`
}

// OIDCProviderKey is the key of a provider; url has no scheme.
func OIDCProviderKey(account, url string) Key[OIDCProvider] {
	return Key[OIDCProvider](recordKey(oidcKind, account, url))
}

// AllOIDCProviders selects the OpenID Connect providers of an account.
func AllOIDCProviders(account string) Range[OIDCProvider] {
	return rangeOf[OIDCProvider](oidcKind, account)
}

// ARN returns the provider's ARN.
func (p *OIDCProvider) ARN() string {
	return "arn:" + p.Partition + ":iam::" + p.Account + ":oidc-provider/" + p.Name
}

func (p *OIDCProvider) recordKey() string     { return string(OIDCProviderKey(p.Account, p.Name)) }
func (p *OIDCProvider) identifiers() []string { return []string{p.ARN()} }

// Item is a record of another service, such as an EKS cluster or one of its access entries; the directory keeps it and
// does not look into Data.
type Item struct {
	Kind    string          `json:"kind"` // such as cluster; without a slash
	Account string          `json:"account"`
	Region  string          `json:"region"`
	Name    string          `json:"name"` // may have slashes, such as CLUSTER/PRINCIPAL
	Data    json.RawMessage `json:"data"`
}

// ItemKey is the key of an item; letter case matters.
func ItemKey(kind, account, region, name string) Key[Item] {
	return Key[Item](strings.Join([]string{itemKind, kind, account, region, name}, "/"))
}

// AllItems selects the items of one kind whose names begin with prefix.
func AllItems(kind, account, region, prefix string) Range[Item] {
	return Range[Item](ItemKey(kind, account, region, prefix))
}

func (i *Item) recordKey() string     { return string(ItemKey(i.Kind, i.Account, i.Region, i.Name)) }
func (i *Item) identifiers() []string { return nil }
func (i *Item) references() []string  { return nil }
