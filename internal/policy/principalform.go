package policy

import (
	"encoding/json"
	"regexp"
	"strings"
)

// The forms of principals. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
var (
	accountForm  = regexp.MustCompile(`^(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?$`)
	entityForm   = regexp.MustCompile(`^arn:aws[a-z-]*:(?:iam::(?:\d{12}|cloudfront):(?:user|role)/[^*?\s]+|sts::\d{12}:assumed-role/[^/*?\s]+/[^/*?\s]+|sts::\d{12}:federated-user/[^*?\s]+)$`)
	idForm       = regexp.MustCompile(`^(?:AIDA|AROA)[A-Z0-9]{12,124}$`)
	serviceForm  = regexp.MustCompile(`^[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+$`)
	providerForm = regexp.MustCompile(`^(?:arn:aws[a-z-]*:iam::\d{12}:(?:saml|oidc)-provider/[^*?\s]+|[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+)$`)
)

// principals reads Principal or NotPrincipal into the statement.
func (p *parser) principals(n *node, s *statement) *Error {
	element, not := either(n, "Principal", "NotPrincipal")
	if element == nil {
		return p.missingField("Principal")
	}
	s.principals = &principals{not: not}
	if element.kind == stringNode {
		if element.text != "*" {
			return invalidPrincipal("AWS", element.text)
		}
		s.principals.refs = []principalRef{{kind: refEverybody}}
		return nil
	}
	for _, m := range element.members {
		for _, v := range list(&m.value) {
			ref, err := readPrincipal(m.name, v.text)
			if err != nil {
				return err
			}
			ref.start, ref.end = v.start, v.end
			s.principals.refs = append(s.principals.refs, ref)
		}
	}
	if len(s.principals.refs) == 0 {
		return p.missingField("Principal")
	}
	return nil
}

func readPrincipal(family, value string) (principalRef, *Error) {
	ref := principalRef{value: value}
	ok := true
	switch family {
	case "AWS":
		ok = ref.readAWS()
	case "Service":
		ref.kind, ok = refService, serviceForm.MatchString(value)
	case "Federated":
		if !providerForm.MatchString(value) {
			return ref, malformed(federatedProvider)
		}
		ref.kind = refFederated
	case "CanonicalUser":
		ref.kind = refCanonical
	default:
		ok = false
	}
	if !ok {
		return ref, invalidPrincipal(family, value)
	}
	return ref, nil
}

func (r *principalRef) readAWS() bool {
	account := accountForm.FindStringSubmatch(r.value)
	switch {
	case r.value == "*":
		r.kind = refEverybody
	case account != nil && (r.value == account[1] || strings.HasSuffix(r.value, ":root") && strings.HasPrefix(r.value, "arn:")):
		r.kind, r.value = refAccount, account[1]
	case entityForm.MatchString(r.value):
		r.kind = refARN
	case idForm.MatchString(r.value):
		r.kind = refID
	default:
		return false
	}
	return true
}

// InvalidPrincipal is IAM's refusal of a principal in a trust policy that has the wrong form or does not exist.
func InvalidPrincipal(value string) *Error { return invalidPrincipal("AWS", value) }

func invalidPrincipal(family, value string) *Error {
	return malformed("Invalid principal in policy: " + quote(strings.ToUpper(family)) + ":" + quote(value))
}

// quote writes a JSON string, with <, > and & as they are.
func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return `""` // never: a string always encodes
	}
	return strings.TrimSuffix(b.String(), "\n")
}
