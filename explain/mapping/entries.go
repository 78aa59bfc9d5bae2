package mapping

import (
	"fmt"
	"strings"

	"github.com/eksauth/eksauth/explain/authenticator"
	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/lint"
)

// AccessEntries are access entries as a file has them.
type AccessEntries struct {
	// Name is how the user knows the text, for places in it.
	Name string
	Text string
}

// Find returns what the access entries make of a caller, nil for nothing. The ID of the principal, which EKS compares as
// well, is not known from a file.
func (e AccessEntries) Find(caller *authenticator.Identity) (*authenticator.Mapping, error) {
	var roles []authenticator.Role
	var users []authenticator.User
	for _, entry := range lint.Entries(e.Text) {
		kind, _, err := authenticator.Canonicalize(entry.ARN)
		switch {
		case err != nil:
			continue // EKS refuses such an entry
		case kind == authenticator.RolePrincipal:
			arn, err := authenticator.StripPath(entry.ARN)
			if err != nil {
				continue
			}
			roles = append(roles, authenticator.Role{RoleARN: arn, Username: username(entry, arn), Groups: entry.Groups})
		case kind == authenticator.UserPrincipal:
			users = append(users, authenticator.User{UserARN: entry.ARN, Username: username(entry, entry.ARN), Groups: entry.Groups})
		}
	}
	return authenticator.FindEntry(roles, users, caller)
}

// username is what EKS makes of an entry without one: the user's ARN, or that of the role's session
// (https://docs.aws.amazon.com/eks/latest/userguide/set-custom-username.html).
func username(entry lint.Entry, arn string) string {
	if entry.Username != "" {
		return entry.Username
	}
	if before, role, found := strings.Cut(arn, ":role/"); found {
		return strings.Replace(before, ":iam:", ":sts:", 1) + ":assumed-role/" + role + "/{{SessionName}}"
	}
	return arn
}

// Policies are the access policies of a caller's entry, as far as the text has them.
func (e AccessEntries) Policies(caller *authenticator.Identity) []string {
	for _, entry := range lint.Entries(e.Text) {
		if arn, err := authenticator.StripPath(entry.ARN); err == nil && strings.EqualFold(arn, caller.CanonicalARN) {
			return entry.Policies
		}
	}
	return nil
}

// Reasons says why no access entry is the caller's: the entry that was most likely meant.
func (e AccessEntries) Reasons(caller *authenticator.Identity) []hop.Reason {
	for _, entry := range lint.Entries(e.Text) {
		arn := entry.ARN
		if stripped, err := authenticator.StripPath(arn); err == nil {
			arn = stripped
		}
		if cause, text := difference(arn, caller.CanonicalARN); text != "" {
			return []hop.Reason{{Cause: cause, Text: text, Evidence: append(
				[]string{fmt.Sprintf("%s:%d: %s", e.Name, entry.Line, entry.Text)}, Beside(arn, caller.CanonicalARN)...)}}
		}
	}
	return []hop.Reason{{
		Cause: 17, Text: fmt.Sprintf("identity is not mapped: %s has no entry for %s", e.Name, caller.CanonicalARN),
		Fix: "aws eks create-access-entry --cluster-name … --principal-arn " + caller.CanonicalARN + " (with its path, if it has one)",
	}}
}
