package mapping

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/eksauth/eksauth/explain/authenticator"
	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/lint"
)

// AWSAuth is an aws-auth ConfigMap, as a file or a cluster has it.
type AWSAuth struct {
	// Name is how the user knows the text, for places in it.
	Name string
	Text string
}

// Find returns what the ConfigMap makes of a caller, nil for nothing.
func (a AWSAuth) Find(caller *authenticator.Identity) *authenticator.Mapping {
	_, data, found := lint.Mappings(a.Text)
	if !found {
		return nil
	}
	mappings, _ := authenticator.ParseAWSAuth(data) // the authenticator goes on without what it cannot read
	return mappings.Find(caller)
}

// Reasons says why the ConfigMap does not map a caller: first what is wrong with the text as a whole, then the entry that
// was most likely meant.
func (a AWSAuth) Reasons(caller *authenticator.Identity) []hop.Reason {
	mapped, _, _ := lint.Mappings(a.Text)
	if reason := a.meant(mapped, caller); reason != nil {
		return []hop.Reason{*reason}
	}
	var reasons []hop.Reason
	for _, finding := range lint.AWSAuth(a.Text) {
		if finding.Severity == lint.Error && losesEntries[finding.Rule] {
			reasons = append(reasons, a.reason(finding, ""))
		}
	}
	if reasons != nil {
		slices.SortStableFunc(reasons, func(a, b hop.Reason) int { return general[a.Cause] - general[b.Cause] })
		return reasons
	}
	list, kind, username := "mapRoles: |\n  - rolearn", "role", name(caller.CanonicalARN)+":{{SessionName}}"
	if strings.Contains(caller.CanonicalARN, ":user/") {
		list, kind, username = "mapUsers: |\n  - userarn", "user", name(caller.CanonicalARN)
	}
	return []hop.Reason{{
		Cause: 17, Text: fmt.Sprintf("identity is not mapped: %s has no entry for the %s %s", a.Name, kind, caller.CanonicalARN),
		Fix: fmt.Sprintf("%s: %s\n    username: %s\n    groups: [developers]", list, caller.CanonicalARN, username),
	}}
}

// general are the causes that an entry may have beside one of its own, which then comes first.
var general = map[int]int{62: 1}

// losesEntries are the rules whose findings take entries out of force.
var losesEntries = map[string]bool{
	"file-syntax": true, "no-aws-auth": true, "wrong-namespace": true, "data-key": true, "data-type": true,
	"list-syntax": true, "list-type": true, "unquoted-braces": true, "entry-type": true, "no-arn": true, "accounts-type": true,
	"sso-matcher": true, "sso-partition": true, "sso-account": true, "sso-invalid": true,
}

func (a AWSAuth) reason(f lint.Finding, line string) hop.Reason {
	reason := hop.Reason{Cause: f.Cause, Text: f.Message, Fix: f.Fix}
	place := a.Name
	if f.Line > 0 {
		place = fmt.Sprintf("%s:%d", a.Name, f.Line)
	}
	reason.Evidence = []string{strings.TrimSpace(place + ": " + line)}
	if line == "" {
		reason.Evidence[0] = "at " + place
	}
	return reason
}

// LostRights says why an entry gives a caller other rights than it seems to: its groups are lost, another entry stands before
// it, or the whole account is mapped. Nil means that nothing of that is so.
func (a AWSAuth) LostRights(caller *authenticator.Identity) *hop.Reason {
	mapped, _, _ := lint.Mappings(a.Text)
	for _, finding := range lint.AWSAuth(a.Text) {
		if finding.Cause != 8 && finding.Rule != "duplicate-arn" || !concerns(finding, mapped, caller) {
			continue
		}
		reason := a.reason(finding, "")
		return &reason
	}
	found := a.Find(caller)
	if found == nil || found.Username != caller.CanonicalARN || len(found.Groups) > 0 || !a.mapsAccounts() {
		return nil
	}
	return &hop.Reason{
		Cause: 15, Text: "mapAccounts maps everybody of the account, with the ARN as username and no groups",
		Fix: "bind the user " + caller.CanonicalARN + ", or map the principal in mapRoles or mapUsers",
	}
}

func (a AWSAuth) mapsAccounts() bool {
	_, data, _ := lint.Mappings(a.Text)
	return !authenticator.Skips(data["mapAccounts"])
}

// concerns tells whether a finding is in an entry of the caller.
func concerns(f lint.Finding, mapped []lint.Mapped, caller *authenticator.Identity) bool {
	return slices.ContainsFunc(mapped, func(m lint.Mapped) bool {
		return strings.EqualFold(m.ARN, caller.CanonicalARN) && f.Line >= m.Line-entryLines && f.Line <= m.Line+entryLines
	})
}

// EmptyUsername says why the entry of a caller has no username: it is missing, or of a type that the authenticator drops.
func (a AWSAuth) EmptyUsername(caller *authenticator.Identity) hop.Reason {
	reason := hop.Reason{
		Cause: 58, Text: `the username is empty: kubectl says User "", and aggregated APIs refuse`, Fix: "username: …",
	}
	mapped, _, _ := lint.Mappings(a.Text)
	for _, m := range mapped {
		if !strings.EqualFold(m.ARN, caller.CanonicalARN) {
			continue
		}
		for _, finding := range lint.AWSAuth(a.Text) {
			if finding.Rule == "field-type" && strings.HasPrefix(finding.Message, "username ") && concerns(finding, []lint.Mapped{m}, caller) {
				return a.reason(finding, "")
			}
		}
		reason.Evidence = []string{fmt.Sprintf("%s:%d: %s", a.Name, m.Line, m.Text)}
	}
	return reason
}

// entryLines is how far the fields of an entry are apart.
const entryLines = 4

// meant finds the entry that was meant for the caller.
func (a AWSAuth) meant(mapped []lint.Mapped, caller *authenticator.Identity) *hop.Reason {
	for _, m := range mapped {
		if cause, text := difference(m.ARN, caller.CanonicalARN); text != "" {
			reason := hop.Reason{Cause: cause, Text: text, Fix: strings.Replace(m.Text, m.ARN, caller.CanonicalARN, 1)}
			if m.Finding != nil && m.Finding.Cause > 0 {
				reason.Cause, reason.Text = m.Finding.Cause, m.Finding.Message
			}
			reason.Evidence = append([]string{fmt.Sprintf("%s:%d: %s", a.Name, m.Line, m.Text)}, Beside(m.ARN, caller.CanonicalARN)...)
			return &reason
		}
	}
	return nil
}

var ssoName = regexp.MustCompile(`(?i)^AWSReservedSSO_(.+?)(?:_[0-9a-f]{16})?$`)

// difference says how an entry that was meant for the caller differs from the caller's ARN; text is empty if it was not
// meant for them.
func difference(entry, caller string) (cause int, text string) {
	if strings.EqualFold(entry, caller) {
		return 0, "" // it maps the caller
	}
	entry = strings.Join(strings.Fields(entry), "")
	if kind, canonical, err := authenticator.Canonicalize(strings.ToLower(entry)); err == nil && kind == authenticator.SessionPrincipal {
		entry = canonical
	}
	wantName, gotName := name(entry), name(caller)
	sameKind := resource(entry) == resource(caller)
	switch {
	case !sameKind || !strings.EqualFold(field(entry, 4), field(caller, 4)):
		if sameKind && strings.EqualFold(wantName, gotName) && wantName != "" {
			return 29, "the entry is of another account than the caller"
		}
		return 0, ""
	case strings.EqualFold(wantName, gotName) && !strings.EqualFold(field(entry, 1), field(caller, 1)):
		return 48, "the entry is of another partition than the caller"
	case strings.EqualFold(wantName, gotName) && resource(caller) == "user":
		return 5, "the ARN of a user has its path in aws-auth"
	case strings.EqualFold(wantName, gotName):
		return 1, "the entry differs from the ARN that STS gives"
	case sameSSO(wantName, gotName):
		return 3, "the suffix of the role differs: IAM Identity Center makes another one in each account and when the permission set is provisioned anew"
	}
	return 0, ""
}

func sameSSO(a, b string) bool {
	one, two := ssoName.FindStringSubmatch(a), ssoName.FindStringSubmatch(b)
	return one != nil && two != nil && strings.EqualFold(one[1], two[1])
}

// name is the last part of an ARN's resource.
func name(arn string) string { return arn[strings.LastIndexAny(arn, "/:")+1:] }

// resource is the kind of an ARN's resource: role, user, root.
func resource(arn string) string {
	kind, _, _ := strings.Cut(strings.ToLower(field(arn, 5)), "/")
	return kind
}

// Beside writes the ARN that is given below the one that is wanted, with a mark where they begin to differ.
func Beside(given, wanted string) []string {
	i := 0
	for i < min(len(given), len(wanted)) && strings.EqualFold(given[i:i+1], wanted[i:i+1]) {
		i++
	}
	return []string{"given:  " + given, "wanted: " + wanted, strings.Repeat(" ", len("wanted: ")+i) + "^"}
}
