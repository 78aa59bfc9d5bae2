package fakests

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
)

// chainedSession is how long a session may last that was made with temporary credentials
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining).
const chainedSession = time.Hour

// AssumeRole gives the caller a session of a role, if the role's trust policy, and for another account's role also the
// caller's own policies, allow it.
func (s *Service) AssumeRole(ctx context.Context, in *sts.AssumeRoleInput) (*sts.AssumeRoleOutput, error) {
	caller := callers.From(ctx)
	switch caller.Kind {
	case directory.RootCaller:
		return nil, accessDenied("Roles may not be assumed by root accounts.")
	case directory.FederatedCaller:
		return nil, accessDenied("Cannot call AssumeRole with session credentials of a federated user")
	case directory.UserCaller, directory.RoleCaller:
	}
	session, err := s.newSession(ctx, in)
	if err != nil {
		return nil, err
	}
	role, _ := directory.EntityByARN(s.dir, aws.ToString(in.RoleArn)).(*directory.Role)
	if err := s.mayAssume(ctx, role, in, session); err != nil {
		return nil, err
	}
	duration, err := assumedDuration(caller, role, in.DurationSeconds)
	if err != nil {
		return nil, err
	}
	session.PrincipalID, session.Expires = role.ID, session.Issued.Add(duration)
	issued, err := s.dir.Issue(role.Account, session)
	if err != nil {
		return nil, refusedSize(err, session, issued.PackedSize)
	}
	return &sts.AssumeRoleOutput{
		AssumedRoleUser: &types.AssumedRoleUser{
			Arn: aws.String(role.SessionARN(session.Name)), AssumedRoleId: aws.String(role.ID + ":" + session.Name),
		},
		Credentials: credentials(issued), PackedPolicySize: packedSize(issued), SourceIdentity: optional(session.SourceIdentity),
	}, nil
}

// newSession checks what a request says of the session, but for its role.
func (s *Service) newSession(ctx context.Context, in *sts.AssumeRoleInput) (*directory.Session, error) {
	caller := callers.From(ctx)
	session := &directory.Session{
		Kind: directory.RoleSession, Name: aws.ToString(in.RoleSessionName), Issued: s.now().UTC().Truncate(time.Second),
		SourceIdentity: aws.ToString(in.SourceIdentity), Policy: aws.ToString(in.Policy),
	}
	if err := s.setPolicies(session, in.PolicyArns); err != nil {
		return nil, err
	}
	if err := setTags(session, caller, in.Tags, in.TransitiveTagKeys); err != nil {
		return nil, err
	}
	if err := inheritSource(session, caller); err != nil {
		return nil, err
	}
	var err error
	session.MFA, err = s.proveMFA(ctx, in.SerialNumber, in.TokenCode)
	return session, err
}

// inheritSource keeps the source identity of the first session of a chain
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html).
func inheritSource(session *directory.Session, caller *directory.Caller) error {
	if caller.Session == nil || caller.Session.SourceIdentity == "" {
		return nil
	}
	inherited := caller.Session.SourceIdentity
	if session.SourceIdentity != "" && session.SourceIdentity != inherited {
		return accessDenied("SourceIdentity can't be changed during role chaining: it is %s", inherited)
	}
	session.SourceIdentity = inherited
	return nil
}

// mayAssume asks the policies of both sides. A role that does not exist is refused like one that may not be assumed, so
// that nobody learns which roles there are.
func (s *Service) mayAssume(ctx context.Context, role *directory.Role, in *sts.AssumeRoleInput, session *directory.Session) error {
	caller, call := callers.From(ctx), awswire.CallFrom(ctx)
	if role == nil || role.Partition != caller.Partition {
		return accessDenied("User: %s is not authorized to perform: sts:AssumeRole on resource: %s", caller.ARN, aws.ToString(in.RoleArn))
	}
	keys := callers.Context(call)
	assumeKeys(keys, role, in, session)
	for _, action := range actions(session) {
		if err := s.dir.AuthorizeAssume(caller, role, directory.Access{Action: action, Context: keys}); err != nil {
			return withoutReason(err)
		}
	}
	return nil
}

// actions are all that a request needs to be allowed to do, also with what it inherits from its chain
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required).
func actions(session *directory.Session) []string {
	needed := []string{"sts:AssumeRole"}
	if len(session.Tags) > 0 {
		needed = append(needed, "sts:TagSession")
	}
	if session.SourceIdentity != "" {
		needed = append(needed, "sts:SetSourceIdentity")
	}
	return needed
}

func assumeKeys(keys policy.Context, role *directory.Role, in *sts.AssumeRoleInput, session *directory.Session) {
	keys.Set("sts:RoleSessionName", session.Name)
	if in.ExternalId != nil {
		keys.Set("sts:ExternalId", *in.ExternalId)
	}
	if session.SourceIdentity != "" {
		keys.Set("sts:SourceIdentity", session.SourceIdentity)
	}
	if len(session.Transitive) > 0 {
		keys.Set("sts:TransitiveTagKeys", session.Transitive...)
	}
	if !session.MFA.IsZero() {
		keys.Set("aws:MultiFactorAuthPresent", "true")
		keys.Set("aws:MultiFactorAuthAge", "0")
	}
	for _, t := range role.Tags {
		keys.Set("aws:ResourceTag/"+t.Key, t.Value)
		keys.Set("iam:ResourceTag/"+t.Key, t.Value)
	}
	var names []string
	for _, t := range in.Tags {
		keys.Set("aws:RequestTag/"+aws.ToString(t.Key), aws.ToString(t.Value))
		names = append(names, aws.ToString(t.Key))
	}
	if len(names) > 0 {
		keys.Set("aws:TagKeys", names...)
	}
}

// withoutReason keeps the sentence short where AWS does: it does not say to whoever may not assume a role why.
func withoutReason(err error) error {
	denied, ok := errors.AsType[*directory.DeniedError](err)
	if !ok {
		return err
	}
	return accessDenied("User: %s is not authorized to perform: %s on resource: %s",
		denied.Request.Principal.ARN, denied.Request.Action, denied.Request.Resource)
}

func assumedDuration(caller *directory.Caller, role *directory.Role, seconds *int32) (time.Duration, error) {
	duration := directory.DefaultMaxSession
	if seconds != nil {
		duration = time.Duration(*seconds) * time.Second
	}
	switch {
	case caller.Session != nil && duration > chainedSession:
		return 0, invalidValue("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
	case duration > role.MaxSession:
		return 0, invalidValue("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	return duration, nil
}
