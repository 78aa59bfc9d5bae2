package directory

import (
	"fmt"
	"slices"
	"strings"
)

// Attach attaches a managed policy to a user, group or role of tx, which the caller puts. Attaching twice is attaching
// once. It wraps ErrNotFound if there is no such policy.
func Attach(tx *Tx, g *Grants, policyARN string) error {
	if slices.Contains(g.Attached, policyARN) {
		return nil
	}
	if err := count(tx, policyARN, func(p *Policy) { p.Attachments++ }); err != nil {
		return err
	}
	g.Attached = append(g.Attached, policyARN)
	return nil
}

// Detach undoes Attach. It wraps ErrNotFound if the policy is not attached.
func Detach(tx *Tx, g *Grants, policyARN string) error {
	i := slices.Index(g.Attached, policyARN)
	if i < 0 {
		return fmt.Errorf("policy %s: %w", policyARN, ErrNotFound)
	}
	g.Attached = slices.Delete(g.Attached, i, i+1)
	return count(tx, policyARN, func(p *Policy) { p.Attachments-- })
}

// SetBoundary makes a managed policy the boundary of a user or role of tx, which the caller puts; empty removes it.
func SetBoundary(tx *Tx, boundary *string, policyARN string) error {
	if *boundary == policyARN {
		return nil
	}
	if *boundary != "" {
		if err := count(tx, *boundary, func(p *Policy) { p.Boundaries-- }); err != nil {
			return err
		}
	}
	if policyARN != "" {
		if err := count(tx, policyARN, func(p *Policy) { p.Boundaries++ }); err != nil {
			return err
		}
	}
	*boundary = policyARN
	return nil
}

// count keeps a customer managed policy's own count exact; AWS managed policies cannot be deleted and need none.
func count(tx *Tx, policyARN string, change func(p *Policy)) error {
	if tx.dir.AWSPolicy(policyARN) != nil {
		return nil
	}
	p := PolicyByARN(tx, policyARN)
	if p == nil {
		return fmt.Errorf("policy %s: %w", policyARN, ErrNotFound)
	}
	change(p)
	Put(tx, p)
	return nil
}

// PolicyByARN returns the customer managed policy that has exactly this ARN, path included, or nil.
func PolicyByARN(r Reader, arn string) *Policy {
	_, rest, _ := strings.Cut(arn, ":iam::")
	account, path, found := strings.Cut(rest, ":policy/")
	if !found {
		return nil
	}
	p := Get(r, PolicyKey(account, path[strings.LastIndexByte(path, '/')+1:]))
	if p == nil || p.ARN() != arn {
		return nil
	}
	return p
}
