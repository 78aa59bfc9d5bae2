package directory

import (
	"slices"
	"time"
)

// User is an IAM user.
type User struct {
	Resource
	Grants
	Boundary   string      `json:"boundary,omitempty"` // ARN of the managed policy that is the permissions boundary
	Keys       []AccessKey `json:"keys,omitempty"`
	Groups     []string    `json:"groups,omitempty"` // IDs of groups, which keep when a group is renamed
	MFADevices []MFALink   `json:"mfaDevices,omitempty"`
}

// MFALink names an MFA device that a user has enabled.
type MFALink struct {
	Serial  string    `json:"serial"`
	Enabled time.Time `json:"enabled"`
}

// UserKey is the key of a user; letter case does not matter.
func UserKey(account, name string) Key[User] { return Key[User](recordKey(userKind, account, name)) }

// AllUsers selects the users of an account.
func AllUsers(account string) Range[User] { return rangeOf[User](userKind, account) }

// ARN returns the user's ARN, with its path.
func (u *User) ARN() string { return u.arn("user") }

func (u *User) recordKey() string     { return string(UserKey(u.Account, u.Name)) }
func (u *User) identifiers() []string { return keyIDs(u.Keys, u.ID) }
func (u *User) references() []string {
	return slices.Concat(u.Groups, u.policyReferences(u.Boundary))
}

// Group is an IAM group.
type Group struct {
	Resource
	Grants
	Members int `json:"members,omitempty"` // how many users have the group's ID
}

// GroupKey is the key of a group; letter case does not matter.
func GroupKey(account, name string) Key[Group] {
	return Key[Group](recordKey(groupKind, account, name))
}

// AllGroups selects the groups of an account.
func AllGroups(account string) Range[Group] { return rangeOf[Group](groupKind, account) }

// ARN returns the group's ARN, with its path.
func (g *Group) ARN() string { return g.arn("group") }

func (g *Group) recordKey() string    { return string(GroupKey(g.Account, g.Name)) }
func (g *Group) references() []string { return g.policyReferences("") }

// Role is an IAM role.
type Role struct {
	Resource
	Grants
	Boundary    string `json:"boundary,omitempty"`
	Description string `json:"description,omitempty"`
	// Trust is the trust policy, in which unique IDs stand for the users and roles that it names: a principal that is made
	// anew under an old name is not trusted.
	Trust      string        `json:"trust"`
	MaxSession time.Duration `json:"maxSession"`
	Profiles   int           `json:"profiles,omitempty"` // how many instance profiles hold the role
}

// RoleKey is the key of a role; letter case does not matter.
func RoleKey(account, name string) Key[Role] { return Key[Role](recordKey(roleKind, account, name)) }

// AllRoles selects the roles of an account.
func AllRoles(account string) Range[Role] { return rangeOf[Role](roleKind, account) }

// ARN returns the role's ARN, with its path.
func (r *Role) ARN() string { return r.arn("role") }

// SessionARN returns the ARN of a session of the role, which has no path.
func (r *Role) SessionARN(session string) string {
	return "arn:" + r.Partition + ":sts::" + r.Account + ":assumed-role/" + r.Name + "/" + session
}

func (r *Role) recordKey() string    { return string(RoleKey(r.Account, r.Name)) }
func (r *Role) references() []string { return r.policyReferences(r.Boundary) }

// policyReferences tells attachments and boundaries apart, since AWS counts and lists them apart.
func (g *Grants) policyReferences(boundary string) []string {
	out := slices.Clone(g.Attached)
	if boundary != "" {
		out = append(out, boundaryReference+boundary)
	}
	return out
}

// boundaryReference marks a policy's use as a permissions boundary.
const boundaryReference = "boundary:"
