package fakeiam

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
)

// bearer is a user, group or role as the bearer of policies.
type bearer struct {
	kind, name string
	grants     *directory.Grants
	boundary   *string // nil for groups, which have none
	keep       func()  // puts the entity into the transaction it was read in
}

// The kinds of bearers, as IAM names them in its sentences.
const (
	userBearer  = "user"
	groupBearer = "group"
	roleBearer  = "role"
)

// inlineQuota bounds the characters of all inline policies of one bearer, and attachQuota the number of its managed
// policies (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
var (
	inlineQuota = map[string]int{
		userBearer: policy.InlineUserQuota, groupBearer: policy.InlineGroupQuota, roleBearer: policy.InlineRoleQuota,
	}
	attachQuota = map[string]string{userBearer: "PoliciesPerUser", groupBearer: "PoliciesPerGroup", roleBearer: "PoliciesPerRole"}
)

const maxAttached = 10

// bearer reads a bearer to look at it.
func (s *Service) bearer(ctx context.Context, kind string, name *string) (bearer, error) {
	return s.read(ctx, s.dir, kind, aws.ToString(name), findRole)
}

type roleFinder func(r directory.Reader, account, name string) (*directory.Role, error)

func (s *Service) read(ctx context.Context, r directory.Reader, kind, name string, findRole roleFinder) (bearer, error) {
	account := accountOf(ctx)
	tx, _ := r.(*directory.Tx)
	switch kind {
	case userBearer:
		user, err := findUser(r, account, name)
		if err != nil {
			return bearer{}, err
		}
		return bearer{kind, user.Name, &user.Grants, &user.Boundary, func() { directory.Put(tx, user) }}, nil
	case groupBearer:
		group, err := findGroup(r, account, name)
		if err != nil {
			return bearer{}, err
		}
		return bearer{kind, group.Name, &group.Grants, nil, func() { directory.Put(tx, group) }}, nil
	}
	role, err := findRole(r, account, name)
	if err != nil {
		return bearer{}, err
	}
	return bearer{kind, role.Name, &role.Grants, &role.Boundary, func() { directory.Put(tx, role) }}, nil
}

// changeBearer changes what a bearer carries.
func (s *Service) changeBearer(ctx context.Context, kind string, name *string, change func(*directory.Tx, bearer) error) error {
	return s.update(ctx, func(tx *directory.Tx) error {
		b, err := s.read(ctx, tx, kind, aws.ToString(name), findOwnRole)
		if err != nil {
			return err
		}
		if err := change(tx, b); err != nil {
			return err
		}
		b.keep()
		return nil
	})
}

func (s *Service) putInline(ctx context.Context, kind string, name, policyName, document *string) error {
	doc, err := parse(policy.Inline, document)
	if err != nil {
		return err
	}
	return s.changeBearer(ctx, kind, name, func(_ *directory.Tx, b bearer) error {
		b.grants.SetInline(aws.ToString(policyName), doc.Text())
		return b.inlineFits()
	})
}

func (b bearer) inlineFits() error {
	total := 0
	for _, p := range b.grants.Inline {
		doc, err := policy.Parse(policy.Inline, p.Document)
		if err != nil {
			return refused(err)
		}
		total += doc.Size()
	}
	if total > inlineQuota[b.kind] {
		return limitExceeded("Maximum policy size of %d bytes exceeded for %s %s", inlineQuota[b.kind], b.kind, b.name)
	}
	return nil
}

func (s *Service) deleteInline(ctx context.Context, kind string, name, policyName *string) error {
	return s.changeBearer(ctx, kind, name, func(_ *directory.Tx, b bearer) error {
		if !b.grants.DeleteInline(aws.ToString(policyName)) {
			return b.noInline(policyName)
		}
		return nil
	})
}

func (b bearer) noInline(policyName *string) error {
	return noSuchEntity("The %s policy with name %s cannot be found.", b.kind, aws.ToString(policyName))
}

// getInline returns an inline policy URL-encoded.
func (s *Service) getInline(ctx context.Context, kind string, name, policyName *string) (*string, error) {
	b, err := s.bearer(ctx, kind, name)
	if err != nil {
		return nil, err
	}
	document, ok := b.grants.InlineDocument(aws.ToString(policyName))
	if !ok {
		return nil, b.noInline(policyName)
	}
	return encode(document), nil
}

func (s *Service) listInline(ctx context.Context, kind string, name, opaque *string, maxItems *int32) ([]string, *string, error) {
	b, err := s.bearer(ctx, kind, name)
	if err != nil {
		return nil, nil, err
	}
	names := each(b.grants.Inline, func(p directory.InlinePolicy) string { return p.Name })
	return slicePage(names, opaque, maxItems)
}

func (s *Service) attach(ctx context.Context, kind string, name, policyARN *string) error {
	return s.changeBearer(ctx, kind, name, func(tx *directory.Tx, b bearer) error {
		arn := aws.ToString(policyARN)
		err := directory.Attach(tx, b.grants, arn)
		switch {
		case errors.Is(err, directory.ErrNotFound) || !s.inReach(ctx, arn):
			return noSuchEntity("Policy %s does not exist or is not attachable.", arn)
		case err == nil && len(b.grants.Attached) > maxAttached:
			return quotaExceeded(attachQuota[b.kind], maxAttached)
		}
		return err
	})
}

func (s *Service) detach(ctx context.Context, kind string, name, policyARN *string) error {
	return s.changeBearer(ctx, kind, name, func(tx *directory.Tx, b bearer) error {
		err := directory.Detach(tx, b.grants, aws.ToString(policyARN))
		if errors.Is(err, directory.ErrNotFound) {
			return noSuchEntity("Policy %s was not found.", aws.ToString(policyARN))
		}
		return err
	})
}

func (s *Service) listAttached(ctx context.Context, kind string, name, prefix, opaque *string, maxItems *int32) ([]types.AttachedPolicy, *string, error) {
	b, err := s.bearer(ctx, kind, name)
	if err != nil {
		return nil, nil, err
	}
	var under []string
	for _, arn := range b.grants.Attached {
		if path, _ := splitPolicyARN(arn); strings.HasPrefix(path, aws.ToString(prefix)) {
			under = append(under, arn)
		}
	}
	arns, next, err := slicePage(under, opaque, maxItems)
	return each(arns, attachedPolicy), next, err
}

func attachedPolicy(arn string) types.AttachedPolicy {
	_, name := splitPolicyARN(arn)
	return types.AttachedPolicy{PolicyArn: aws.String(arn), PolicyName: aws.String(name)}
}

// splitPolicyARN returns a policy's path and name.
func splitPolicyARN(arn string) (path, name string) {
	_, full, _ := strings.Cut(arn, ":policy")
	slash := strings.LastIndexByte(full, '/')
	return full[:slash+1], full[slash+1:]
}

func (s *Service) changeBoundary(ctx context.Context, kind string, name *string, policyARN string) error {
	return s.changeBearer(ctx, kind, name, func(tx *directory.Tx, b bearer) error {
		if policyARN == "" && *b.boundary == "" {
			return noSuchEntity("The %s with name %s does not have a permissions boundary.", b.kind, b.name)
		}
		return s.setBoundary(ctx, tx, b.boundary, policyARN)
	})
}
