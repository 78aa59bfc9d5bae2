package directory

import (
	"fmt"
	"strings"

	"github.com/eksauth/eksauth/internal/policy"
)

// SetTrust checks a trust policy and gives it to a role of tx, which the caller puts, with the IDs of the users and roles
// that it names in place of their ARNs, as IAM does. Errors are *policy.Error.
func SetTrust(tx *Tx, role *Role, text string) error {
	doc, err := policy.Parse(policy.Trust, text)
	if err != nil {
		return err
	}
	for _, name := range doc.Principals() {
		if _, found := principalID(tx, name); !found {
			return policy.InvalidPrincipal(name)
		}
	}
	role.Trust = doc.RewritePrincipals(func(name string) string {
		id, _ := principalID(tx, name)
		return id
	})
	return nil
}

// principalID returns what stands for a principal in a stored trust policy: the unique ID of a user or role; the session
// of a role keeps its ARN, since it has no ID. It says false for what does not exist.
func principalID(tx *Tx, name string) (string, bool) {
	if session, ok := strings.CutPrefix(name, "arn:"); ok && strings.Contains(session, ":sts::") {
		return name, true
	}
	switch found := entityByARN(tx, name).(type) {
	case *User:
		return found.ID, true
	case *Role:
		return found.ID, true
	}
	return name, tx.dir.view.byID(name) != nil
}

// TrustText returns a role's trust policy as IAM shows it: with the ARNs of users and roles that live, and the IDs of those
// that are gone.
func (d *Directory) TrustText(role *Role) (string, error) {
	doc, err := d.docs.parse(policy.Trust, role.Trust)
	if err != nil {
		return "", fmt.Errorf("read the trust policy of %s: %w", role.ARN(), err)
	}
	return doc.RewritePrincipals(func(id string) string {
		switch found := d.view.byID(id).(type) {
		case *User:
			return found.ARN()
		case *Role:
			return found.ARN()
		}
		return id
	}), nil
}

// EntityByARN returns the *User, *Role, *Group or customer managed *Policy that has exactly this ARN, or nil.
func EntityByARN(r Reader, arn string) any {
	if e := entityByARN(r, arn); e != nil {
		return e
	}
	return nil
}

func entityByARN(r Reader, arn string) entity {
	_, rest, _ := strings.Cut(arn, ":iam::")
	account, resource, _ := strings.Cut(rest, ":")
	kind, path, _ := strings.Cut(resource, "/")
	found := r.read(recordKey(kind, account, path[strings.LastIndexByte(path, '/')+1:]))
	if named, ok := found.(interface{ ARN() string }); ok && named.ARN() == arn {
		return found
	}
	return nil
}
