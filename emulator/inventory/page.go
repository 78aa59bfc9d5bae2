package inventory

import (
	"maps"
	"slices"

	"github.com/eksauth/eksauth/internal/directory"
)

// each reads the entities of one list of a page.
func each[T any](p *page, list []T, one func(file string, detail *T)) {
	for i := range list {
		one(p.file, &list[i])
	}
}

// completePages finds an account of which the last page is missing: what it has would look as if it were not there.
func (r *reader) completePages() {
	more, last := map[string]string{}, map[string]bool{}
	for i := range r.pages {
		p := &r.pages[i]
		if p.IsTruncated {
			more[p.account] = p.file
		} else {
			last[p.account] = true
		}
	}
	for _, account := range slices.Sorted(maps.Keys(more)) {
		if !last[account] {
			r.problem(more[account], "the page says that more of account %s follows (IsTruncated), and no file has the last page: let the aws CLI collect all pages, without --max-items and --no-paginate", account)
		}
	}
}

// owner is the number of the account that a page is of: that of any entity but AWS's own policies.
func (p *page) owner() string {
	var arns []string
	for _, u := range p.UserDetailList {
		arns = append(arns, u.Arn)
	}
	for _, role := range p.RoleDetailList {
		arns = append(arns, role.Arn)
	}
	for _, g := range p.GroupDetailList {
		arns = append(arns, g.Arn)
	}
	for _, p := range p.Policies {
		arns = append(arns, p.Arn)
	}
	for _, arn := range arns {
		if found, ok := parseARN(arn); ok && found.account != directory.OfAWS {
			return found.account
		}
	}
	return ""
}
