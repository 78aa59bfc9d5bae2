package directory

import (
	"fmt"
	"strconv"

	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/internal/policy"
)

// Access is the question whether a caller may do something.
type Access struct {
	Action   string // such as iam:CreateUser
	Resource string // an ARN, or *
	// ResourceAccount is the owner of the resource; empty means the caller's account.
	ResourceAccount string
	// Context has the condition keys of the request and the resource. Those of the principal and the clock are added.
	Context policy.Context
}

// DeniedError says that policies do not let a caller do something, in AWS's words.
type DeniedError struct {
	Request  policy.Request
	Decision policy.Decision
}

var _ smithy.APIError = (*DeniedError)(nil)

func (e *DeniedError) Error() string                 { return e.ErrorCode() + ": " + e.ErrorMessage() }
func (e *DeniedError) ErrorCode() string             { return "AccessDenied" }
func (e *DeniedError) ErrorMessage() string          { return e.Decision.Sentence(&e.Request) }
func (e *DeniedError) ErrorFault() smithy.ErrorFault { return smithy.FaultClient }

// Authorize returns nil if the policies let the caller do what it asks, a *DeniedError if not, and another error if the
// policies cannot be read.
func (d *Directory) Authorize(c *Caller, a Access) error {
	return d.decide(c, a, nil)
}

// AuthorizeAssume is Authorize for taking on a role: the role's trust policy must allow it, and for a caller of another
// account also the caller's own policies.
func (d *Directory) AuthorizeAssume(c *Caller, role *Role, a Access) error {
	trust, err := d.docs.parse(policy.Trust, role.Trust)
	if err != nil {
		return fmt.Errorf("read the trust policy of %s: %w", role.ARN(), err)
	}
	a.Resource, a.ResourceAccount = role.ARN(), role.Account
	return d.decide(c, a, []policy.Policy{{Doc: trust, Name: role.Name}})
}

func (d *Directory) decide(c *Caller, a Access, resource []policy.Policy) error {
	set, err := d.policiesOfCaller(c)
	if err != nil {
		return fmt.Errorf("authorize %s: %w", c.ARN, err)
	}
	set.Resource = resource
	request := policy.Request{
		Principal: c.principal(), Action: a.Action, Resource: a.Resource, ResourceAccount: a.ResourceAccount,
		Context: d.context(c, a.Context),
	}
	decision := policy.Evaluate(&request, &set)
	if decision.Allowed() {
		return nil
	}
	return &DeniedError{Request: request, Decision: decision}
}

func (d *Directory) policiesOfCaller(c *Caller) (policy.Set, error) {
	set, err := d.PoliciesOf(c.entity())
	if err != nil || c.Session == nil {
		return set, err
	}
	set.Session, err = d.sessionPolicies(c.Session)
	return set, err
}

// entity returns the user or role whose policies bind the caller; nil for the root user.
func (c *Caller) entity() any {
	switch {
	case c.Role != nil:
		return c.Role
	case c.User != nil:
		return c.User
	}
	return nil
}

func (d *Directory) sessionPolicies(s *Session) ([]policy.Policy, error) {
	var policies []policy.Policy
	if s.Policy != "" {
		doc, err := d.docs.parse(policy.Session, s.Policy)
		if err != nil {
			return nil, fmt.Errorf("read the session policy: %w", err)
		}
		policies = append(policies, policy.Policy{Doc: doc, Name: "PassedPolicy"})
	}
	for _, arn := range s.PolicyARNs {
		managed, err := d.ManagedPolicy(arn)
		if err != nil {
			return nil, err
		}
		policies = append(policies, managed)
	}
	return policies, nil
}

// principal describes the caller to the policy engine.
func (c *Caller) principal() policy.Principal {
	p := policy.Principal{Account: c.Account, ARN: c.ARN, ID: c.UserID}
	switch c.Kind {
	case RootCaller:
		p.Type = policy.Root
	case UserCaller:
		p.Type = policy.User
	case RoleCaller:
		p.Type, p.Entity, p.ID, p.Name = policy.RoleSession, c.Role.ARN(), c.Role.ID, c.Session.Name
	case FederatedCaller:
		p.Type, p.Name = policy.FederatedUser, c.Session.Name
		p.Entity = "arn:" + c.Partition + ":iam::" + c.Account + ":root"
		if c.User != nil {
			p.Entity, p.ID = c.User.ARN(), c.User.ID
		}
	}
	return p
}

// context adds what is known of the caller and the clock to the keys of a request
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
func (d *Directory) context(c *Caller, request policy.Context) policy.Context {
	keys := policy.Context{}
	for name, values := range request {
		keys.Set(name, values...)
	}
	now := d.cfg.Now()
	keys.SetTime(now)
	p := c.principal()
	keys.SetPrincipal(&p)
	for _, tag := range c.Tags() {
		keys.Set("aws:PrincipalTag/"+tag.Key, tag.Value)
	}
	if c.Session == nil {
		return keys
	}
	// Long-term credentials have no key aws:MultiFactorAuthPresent, not even a false one.
	keys.Set("aws:MultiFactorAuthPresent", strconv.FormatBool(!c.Session.MFA.IsZero()))
	if !c.Session.MFA.IsZero() {
		keys.Set("aws:MultiFactorAuthAge", strconv.Itoa(int(now.Sub(c.Session.MFA).Seconds())))
	}
	keys.Set("aws:TokenIssueTime", c.Session.Issued.Format("2006-01-02T15:04:05Z"))
	if c.Session.SourceIdentity != "" {
		keys.Set("aws:SourceIdentity", c.Session.SourceIdentity)
	}
	return keys
}

func (d *Directory) serviceMayAssume(role *Role, service, session string) error {
	trust, err := d.docs.parse(policy.Trust, role.Trust)
	if err != nil {
		return fmt.Errorf("read the trust policy of %s: %w", role.ARN(), err)
	}
	keys := policy.Context{}
	keys.SetTime(d.cfg.Now())
	keys.Set("sts:RoleSessionName", session)
	// The service acts for the account that the role is in, which guards against the confused deputy
	// (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html).
	keys.Set("aws:SourceAccount", role.Account)
	request := policy.Request{
		Principal: policy.Principal{Type: policy.Service, Name: service}, Action: "sts:AssumeRole",
		Resource: role.ARN(), ResourceAccount: role.Account, Context: keys,
	}
	request.Context.SetPrincipal(&request.Principal)
	decision := policy.Evaluate(&request, &policy.Set{Resource: []policy.Policy{{Doc: trust, Name: role.Name}}})
	if !decision.Allowed() {
		return &DeniedError{Request: request, Decision: decision}
	}
	return nil
}
