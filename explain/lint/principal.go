package lint

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/eksauth/eksauth/explain/authenticator"
)

// principal checks whom an entry maps. It tells whether the authenticator keeps the entry under an ARN.
func (c *checker) principal(e *entry, fields map[string]json.RawMessage) bool {
	if _, ok := fieldFold(fields, "sso"); ok && e.list == mapRoles {
		c.sso(e)
		return false
	}
	if e.arn == "" {
		if raw, ok := fieldFold(fields, e.arnField()); !ok || isString(raw) {
			c.add(ruleNoARN, e.at(e.arnField()), e.arnField()+": …", "the entry has no %s: the authenticator drops it", e.arnField())
		}
		return false
	}
	problem := arnProblem(e.arn)
	if problem.rule != nil {
		fix := ""
		if problem.want != "" {
			fix = e.arnField() + ": " + problem.want
		}
		c.add(problem.rule, e.at(e.arnField()), fix, "%s", problem.text)
	}
	return true
}

// arnFinding is what is wrong with an ARN; want is what to write instead, if that is known.
type arnFinding struct {
	rule       *Rule
	text, want string
}

// ssoSuffix is what IAM Identity Center appends to the name of a role
// (https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html).
var ssoSuffix = regexp.MustCompile(`_[0-9a-f]{16}$`)

// arnProblem says why no caller matches the ARN of a mapping. Letter case does not count: the authenticator ignores it.
func arnProblem(arn string) arnFinding {
	switch trimmed := strings.Join(strings.Fields(arn), ""); {
	case trimmed != arn:
		return arnFinding{ruleBlank, fmt.Sprintf("the ARN %q has a blank, so that nobody matches it", arn), trimmed}
	case strings.ContainsAny(arn, "*?"):
		return arnFinding{ruleWildcard, fmt.Sprintf("the ARN %s has a wildcard, which the authenticator compares letter by letter: nobody matches it", arn), ""}
	}
	kind, _, err := authenticator.Canonicalize(strings.ToLower(arn))
	switch {
	case err != nil:
		return arnFinding{ruleARN, fmt.Sprintf("nobody matches %q: %v", arn, err), ""}
	case kind == authenticator.SessionPrincipal:
		return sessionProblem(arn)
	case kind == authenticator.RolePrincipal:
		return roleProblem(arn)
	case kind == authenticator.RootPrincipal && validARN.MatchString(strings.ToLower(arn)):
		return arnFinding{ruleRoot, arn + " is the account's root user alone, not everybody in the account", ""}
	}
	return formProblem(arn)
}

func sessionProblem(arn string) arnFinding {
	want := ""
	if _, canonical, err := authenticator.Canonicalize(arn); err == nil {
		want, _ = authenticator.StripPath(canonical) // canonical parses, as it was made of parts that do
	}
	return arnFinding{ruleSessionARN, arn + " is a role's session: the authenticator compares with the ARN of the role", want}
}

func roleProblem(arn string) arnFinding {
	want, err := authenticator.StripPath(arn)
	if err != nil {
		want, _ = authenticator.StripPath(strings.ToLower(arn)) // which Canonicalize has read
	}
	lower := strings.ToLower(arn)
	switch {
	case strings.EqualFold(want, arn):
		name := lower[strings.LastIndexByte(lower, '/')+1:]
		if strings.HasPrefix(name, "awsreservedsso_") && !ssoSuffix.MatchString(name) {
			return arnFinding{ruleSSOSuffix, arn + " lacks the suffix that IAM Identity Center gives a role in each account", ""}
		}
		return formProblem(arn)
	case strings.Contains(lower, ":role/aws-reserved/sso.amazonaws.com/"):
		return arnFinding{ruleSSOPath, arn + " has the path of IAM Identity Center, which STS leaves out: nobody matches it", want}
	}
	return arnFinding{ruleRolePath, arn + " has the role's path, which STS leaves out: nobody matches it", want}
}

// validARN is what STS calls a caller, in lower case, once the authenticator has made it canonical. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html.
var validARN = regexp.MustCompile(`^arn:[a-z-]+:(iam::[0-9]{12}:(role/[\w+=,.@-]+|user/([\x21-\x7e]+/)?[\w+=,.@-]+|root)|sts::[0-9]{12}:federated-user/[\w+=,.@-]+)$`)

func formProblem(arn string) arnFinding {
	if validARN.MatchString(strings.ToLower(arn)) {
		return arnFinding{}
	}
	return arnFinding{ruleARN, arn + " is the ARN of no caller: it wants arn:aws:iam::<12 digits>:role/<name> or user/<path and name>", ""}
}

// sso checks a matcher for the roles of IAM Identity Center.
func (c *checker) sso(e *entry) {
	const fix = "rolearn: the ARN of the role AWSReservedSSO_…, without its path"
	if e.role.SSO == nil {
		return // of the wrong type, which was reported
	}
	at := e.at("sso")
	if err := e.role.Validate(); err != nil {
		if e.role.SSO.AccountID != "" || e.arn != "" {
			c.add(ruleSSOInvalid, at, fix, "the authenticator drops the entry: %v", err)
		}
		return
	}
	c.add(ruleSSO, at, fix, "sso is behind the feature gate SSORoleMatch, which EKS leaves off: nobody matches it")
	if e.role.SSO.Partition != "" {
		c.add(ruleSSOAWS, at, fix, "sso with a partition matches nobody, even with the feature gate: the authenticator looks for %s", e.role.SSOArnLike())
	}
}
