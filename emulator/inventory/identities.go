package inventory

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
)

// nobody is the trust policy of a role whose own one is unknown: better that nobody assumes it here than somebody who may
// not on AWS.
const nobody = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}]}`

// identities makes the accounts of all pages.
func (r *reader) identities() {
	r.completePages()
	for i := range r.pages { // what others name comes first
		each(&r.pages[i], r.pages[i].Policies, r.policy)
		each(&r.pages[i], r.pages[i].GroupDetailList, r.group)
	}
	for i := range r.pages {
		each(&r.pages[i], r.pages[i].UserDetailList, r.user)
		each(&r.pages[i], r.pages[i].RoleDetailList, r.role)
	}
}

// resource is what all entities have in common; ok is false if that is wrong, or if the entity is there already.
func (r *reader) resource(file, arn, kind, id, prefix string, created time.Time, detail any) (res directory.Resource, ok bool) {
	p, ok := parseARN(arn)
	switch {
	case !ok || p.kind != kind:
		r.problem(file, "%q is not the ARN of a %s", arn, kind)
		return res, false
	case !strings.HasPrefix(id, prefix):
		r.problem(file, "%s has the ID %q, which should begin with %s", arn, id, prefix)
		return res, false
	}
	as := sha256.Sum256(fmt.Appendf(nil, "%+v", detail))
	if first, known := r.seen[arn]; known {
		if first.as != as {
			r.problem(file, "%s is in %s too, and not the same: keep the newer file", arn, first.file)
		}
		return res, false
	}
	r.seen[arn] = sighting{file, as}
	if other := r.ids[id]; other != "" {
		r.problem(file, "%s has the ID %s, which %s has too: AWS gives none twice", arn, id, other)
		return res, false
	}
	r.ids[id] = arn
	return directory.Resource{Partition: p.partition, Account: p.account, Name: p.name, Path: p.path, ID: id, Created: created}, true
}

// sighting is where an entity was seen first, and as what.
type sighting struct {
	file string
	as   [sha256.Size]byte
}

func (r *reader) policy(file string, in *policyDetail) {
	if known := r.policies[in.Arn]; known != nil && known.Account == directory.OfAWS { // each account's file has it: the newest counts
		if !in.UpdateDate.After(known.Updated) {
			return
		}
		delete(r.seen, in.Arn)
		delete(r.ids, in.PolicyID)
	}
	res, ok := r.resource(file, in.Arn, "policy", in.PolicyID, string(directory.PolicyID), in.CreateDate.Time, in)
	if !ok {
		return
	}
	p := &directory.Policy{Resource: res, Description: in.Description, Updated: in.UpdateDate.Time, Default: in.DefaultVersionID, Next: 2}
	kind := policy.Managed
	if res.Account == directory.OfAWS {
		kind = policy.AWSManaged
	}
	for _, v := range in.PolicyVersionList {
		if _, err := policy.Parse(kind, string(v.Document)); err != nil && v.VersionID == p.Default {
			r.leaveOut("policy "+in.Arn, "its document cannot be evaluated here: %v", err)
			return
		}
		p.Versions = append(p.Versions, directory.PolicyVersion{ID: v.VersionID, Document: string(v.Document), Created: v.CreateDate.Time})
		if number, err := strconv.Atoi(strings.TrimPrefix(v.VersionID, "v")); err == nil {
			p.Next = max(p.Next, number+1)
		}
	}
	if p.Version(p.Default) == nil {
		r.problem(file, "policy %s has no document of its default version %q", in.Arn, p.Default)
		return
	}
	r.policies[in.Arn] = p
}

func (r *reader) group(file string, in *groupDetail) {
	res, ok := r.resource(file, in.Arn, "group", in.GroupID, string(directory.GroupID), in.CreateDate.Time, in)
	if !ok {
		return
	}
	g := &directory.Group{Resource: res, Grants: r.grants(in.Arn, in.GroupPolicyList, in.AttachedManagedPolicies)}
	account := r.account(res)
	account.Groups = append(account.Groups, g)
	r.groups[res.Account+"/"+res.Name] = g
}

func (r *reader) user(file string, in *userDetail) {
	res, ok := r.resource(file, in.Arn, "user", in.UserID, string(directory.UserID), in.CreateDate.Time, in)
	if !ok {
		return
	}
	res.Tags = tags(in.Tags)
	u := &directory.User{
		Resource: res, Grants: r.grants(in.Arn, in.UserPolicyList, in.AttachedManagedPolicies),
		Boundary: r.boundary(file, in.Arn, in.PermissionsBoundary),
	}
	for _, name := range in.GroupList {
		if g := r.groups[res.Account+"/"+name]; g != nil {
			u.Groups = append(u.Groups, g.ID)
			continue
		}
		r.leaveOut("membership of "+in.Arn, "its group %s is in no file: run the command without --filter", name)
	}
	account := r.account(res)
	account.Users = append(account.Users, u)
}

func (r *reader) role(file string, in *roleDetail) {
	res, ok := r.resource(file, in.Arn, "role", in.RoleID, string(directory.RoleID), in.CreateDate.Time, in)
	if !ok {
		return
	}
	res.Tags = tags(in.Tags)
	role := &directory.Role{
		Resource: res, Grants: r.grants(in.Arn, in.RolePolicyList, in.AttachedManagedPolicies), MaxSession: directory.DefaultMaxSession,
		Boundary: r.boundary(file, in.Arn, in.PermissionsBoundary), Trust: string(in.AssumeRolePolicyDocument),
	}
	if _, err := policy.Parse(policy.Trust, role.Trust); err != nil {
		r.leaveOut("trust policy of "+in.Arn, "it cannot be evaluated here, so that nobody may assume the role by sts:AssumeRole: %v", err)
		role.Trust = nobody
	}
	account := r.account(res)
	account.Roles = append(account.Roles, role)
	for i := range in.InstanceProfileList {
		r.instanceProfile(file, &in.InstanceProfileList[i])
	}
}

func (r *reader) instanceProfile(file string, in *instanceProfileDetail) {
	res, ok := r.resource(file, in.Arn, "instance-profile", in.InstanceProfileID, string(directory.InstanceProfileID), in.CreateDate.Time, in)
	if !ok {
		return
	}
	p := &directory.InstanceProfile{Resource: res}
	for _, role := range in.Roles {
		p.Roles = append(p.Roles, role.RoleName)
	}
	account := r.account(res)
	account.InstanceProfiles = append(account.InstanceProfiles, p)
}

// account is the account of a resource.
func (r *reader) account(res directory.Resource) *directory.Import {
	found := r.accounts[res.Account]
	if found == nil {
		found = &directory.Import{Account: res.Account, Partition: res.Partition}
		r.accounts[res.Account] = found
	}
	return found
}

func tags(in []tagDetail) []directory.Tag {
	var list []directory.Tag
	for _, t := range in {
		list = append(list, directory.Tag{Key: t.Key, Value: t.Value})
	}
	slices.SortFunc(list, func(a, b directory.Tag) int { return cmp.Compare(a.Key, b.Key) })
	return list
}
