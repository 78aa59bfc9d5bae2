package inventory

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
	"github.com/eksauth/eksauth/internal/policy/managed"
)

// grants are the policies of a user, group or role, as far as their documents are known.
func (r *reader) grants(arn string, inline []inlineDetail, attached []attachedDetail) directory.Grants {
	var g directory.Grants
	for _, p := range inline {
		if _, err := policy.Parse(policy.Inline, string(p.PolicyDocument)); err != nil {
			r.leaveOut(fmt.Sprintf("policy %s in %s", p.PolicyName, arn), "its document cannot be evaluated here: %v", err)
			continue
		}
		g.SetInline(p.PolicyName, string(p.PolicyDocument))
	}
	for _, p := range attached {
		if r.knows(p.PolicyArn) {
			g.Attached = append(g.Attached, p.PolicyArn)
			continue
		}
		r.leaveOut(fmt.Sprintf("policy %s of %s", p.PolicyArn, arn), "its document is in no file: run the command without --filter")
	}
	return g
}

// boundary is the ARN of a permissions boundary. Without its document the entity could do more here than on AWS.
func (r *reader) boundary(file, arn string, in boundaryDetail) string {
	if in.PermissionsBoundaryArn != "" && !r.knows(in.PermissionsBoundaryArn) {
		r.problem(file, "%s has the permissions boundary %s, whose document is in no file: run the command without --filter", arn, in.PermissionsBoundaryArn)
	}
	return in.PermissionsBoundaryArn
}

// knows tells whether the document of a managed policy is there.
func (r *reader) knows(arn string) bool {
	if r.policies[arn] != nil {
		return true
	}
	p, ok := parseARN(arn)
	if !ok || p.account != directory.OfAWS {
		return false
	}
	if r.catalogues[p.partition] == nil {
		catalogue, err := managed.Load(p.partition)
		if err != nil {
			return false
		}
		r.catalogues[p.partition] = catalogue
	}
	_, known := r.catalogues[p.partition].ByARN(arn)
	return known
}

// assignPolicies gives each account its own policies, and the first account of a partition those of AWS, in the order of ARNs.
func (r *reader) assignPolicies() {
	first := map[string]*directory.Import{}
	for _, account := range slices.SortedFunc(maps.Values(r.accounts), byNumber) {
		if first[account.Partition] == nil {
			first[account.Partition] = account
		}
	}
	for _, arn := range slices.Sorted(maps.Keys(r.policies)) {
		p := r.policies[arn]
		account := first[p.Partition]
		if p.Account != directory.OfAWS {
			account = r.account(p.Resource)
		}
		if account != nil {
			account.Policies = append(account.Policies, p)
		}
	}
}

func byNumber(a, b *directory.Import) int { return cmp.Compare(a.Account, b.Account) }
