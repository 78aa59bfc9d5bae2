package policy

import (
	"slices"
	"strings"
)

// content checks what the elements say, in the order in which IAM complains.
func (p *parser) content() *Error {
	if p.kind == Managed && p.version != version2012 {
		return malformed(versionTooOld)
	}
	badResource, err := p.legacy()
	if err != nil {
		return err
	}
	for _, check := range []func() *Error{p.sids, p.actionsGiven, p.resourcesGiven} {
		if err := check(); err != nil {
			return err
		}
	}
	if badResource != nil {
		return badResource
	}
	return p.actions()
}

// legacy makes the checks that IAM sums up as "legacy parsing". A resource of the wrong form has a sentence of its own,
// which comes later.
func (p *parser) legacy() (badResource, err *Error) {
	for _, n := range p.nodes {
		if effect := memberText(n, "Effect"); effect != "Allow" && effect != "Deny" {
			if p.kind.takesPrincipal() {
				return nil, malformed("Invalid effect: " + effect)
			}
			return nil, malformed(legacyParsing)
		}
		if !datesValid(n.member("Condition")) {
			return nil, malformed(legacyParsing)
		}
		resources, _ := either(n, "Resource", "NotResource")
		for _, r := range list(resources) {
			if bad := p.resourceForm(r.text); bad != nil && badResource == nil {
				badResource = bad
			} else if bad == nil && !p.arnComplete(r.text) {
				return nil, malformed(legacyParsing)
			}
		}
	}
	return badResource, nil
}

func datesValid(element *node) bool {
	if element == nil {
		return true
	}
	for _, op := range element.members {
		if c, known := parseOperator(op.name); !known || !c.op.dates {
			continue
		}
		for _, key := range op.value.members {
			for _, v := range list(&key.value) {
				if _, ok := parseDate(v.text); !ok {
					return false
				}
			}
		}
	}
	return true
}

// arnComplete tells whether a resource has a service and, if it leaves parts empty, all six parts.
func (p *parser) arnComplete(resource string) bool {
	if resource == "*" {
		return true
	}
	parts := p.compiler.arn(resource).parts
	return len(parts) > 2 && !parts[2].empty() && (len(parts) == arnParts || !strings.Contains(resource, "::"))
}

// sids must be unique, and alphanumeric where IAM itself stores the policy.
func (p *parser) sids() *Error {
	seen := map[string]bool{}
	for _, n := range p.nodes {
		sid := memberText(n, "Sid")
		if sid == "" {
			continue
		}
		if seen[sid] {
			return malformed(duplicateSid)
		}
		seen[sid] = true
		if !p.kind.takesPrincipal() && strings.ContainsFunc(sid, func(r rune) bool { return !alphanumeric(r) }) {
			return malformed(sidCharacters)
		}
	}
	return nil
}

func alphanumeric(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

func (p *parser) actionsGiven() *Error {
	for _, n := range p.nodes {
		actions, _ := either(n, "Action", "NotAction")
		if actions == nil && p.kind.takesPrincipal() {
			return p.missingField("Action")
		}
		if len(list(actions)) == 0 {
			return malformed(noActions)
		}
	}
	return nil
}

func (p *parser) resourcesGiven() *Error {
	for _, n := range p.nodes {
		resources, _ := either(n, "Resource", "NotResource")
		if p.kind != Trust && len(list(resources)) == 0 {
			return malformed(noResources)
		}
	}
	return nil
}

func (p *parser) actions() *Error {
	for _, n := range p.nodes {
		actions, _ := either(n, "Action", "NotAction")
		for _, a := range list(actions) {
			if err := actionForm(a.text); err != nil {
				return err
			}
			if p.kind == Trust && !trustAction(a.text) {
				return malformed(trustActionsOnly)
			}
		}
	}
	return nil
}

func actionForm(action string) *Error {
	vendor, rest, found := strings.Cut(action, ":")
	switch {
	case action == "*":
		return nil
	case !found:
		return malformed(vendorMissing)
	case strings.Contains(rest, ":"):
		return malformed(tooManyColons)
	case vendor != "*" && !vendorValid(vendor):
		return malformed("Vendor " + vendor + " is not valid")
	default:
		return nil
	}
}

func vendorValid(vendor string) bool {
	return vendor != "" && !strings.ContainsFunc(vendor, func(r rune) bool {
		return !alphanumeric(r) && r != '-' && r != '.'
	})
}

// trustAction tells whether an action, perhaps with wildcards, is one of those that a trust policy governs.
func trustAction(action string) bool {
	pattern := compiler{wildcards: true}.template(action)
	return strings.HasPrefix(strings.ToLower(action), "sts:") && slices.ContainsFunc(trustActions, func(a string) bool {
		return glob(pattern.text, a, true)
	})
}

var trustActions = []string{
	"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity",
	"sts:SetContext",
}
