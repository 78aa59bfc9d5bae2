package fakests

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
)

const (
	// defaultToken is how long tokens last that do not say (GetSessionToken, GetFederationToken).
	defaultToken = 12 * time.Hour
	// rootToken is the most for tokens of the root user, which are cut to it
	// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html).
	rootToken = time.Hour
)

// GetSessionToken gives a user temporary credentials of its own, with MFA if it shows a code.
func (s *Service) GetSessionToken(ctx context.Context, in *sts.GetSessionTokenInput) (*sts.GetSessionTokenOutput, error) {
	caller := callers.From(ctx)
	if caller.Session != nil {
		return nil, accessDenied("Cannot call GetSessionToken with session credentials")
	}
	mfa, err := s.proveMFA(ctx, in.SerialNumber, in.TokenCode)
	if err != nil {
		return nil, err
	}
	session := s.ownSession(caller, directory.UserSession, in.DurationSeconds)
	session.MFA = mfa
	issued, err := s.dir.Issue(caller.Account, session)
	if err != nil {
		return nil, err
	}
	return &sts.GetSessionTokenOutput{Credentials: credentials(issued)}, nil
}

// GetFederationToken gives credentials to somebody whom the caller vouches for; they may do what both the caller's
// policies and the session policies allow.
func (s *Service) GetFederationToken(ctx context.Context, in *sts.GetFederationTokenInput) (*sts.GetFederationTokenOutput, error) {
	caller := callers.From(ctx)
	if caller.Session != nil {
		return nil, accessDenied("Cannot call GetFederationToken with session credentials")
	}
	session := s.ownSession(caller, directory.FederatedSession, in.DurationSeconds)
	session.Name, session.Policy = aws.ToString(in.Name), aws.ToString(in.Policy)
	if err := s.setPolicies(session, in.PolicyArns); err != nil {
		return nil, err
	}
	if err := setTags(session, caller, in.Tags, nil); err != nil {
		return nil, err
	}
	issued, err := s.dir.Issue(caller.Account, session)
	if err != nil {
		return nil, refusedSize(err, session, issued.PackedSize)
	}
	return &sts.GetFederationTokenOutput{
		Credentials: credentials(issued), PackedPolicySize: packedSize(issued),
		FederatedUser: &types.FederatedUser{
			Arn:             aws.String(federatedARN(caller, in)),
			FederatedUserId: aws.String(caller.Account + ":" + session.Name),
		},
	}, nil
}

// ownSession is a session of the caller itself.
func (s *Service) ownSession(caller *directory.Caller, kind directory.SessionKind, seconds *int32) *directory.Session {
	duration := defaultToken
	if seconds != nil {
		duration = time.Duration(*seconds) * time.Second
	}
	if caller.Kind == directory.RootCaller {
		duration = min(duration, rootToken)
	}
	issued := s.now().UTC().Truncate(time.Second)
	return &directory.Session{Kind: kind, PrincipalID: caller.UserID, Issued: issued, Expires: issued.Add(duration)}
}

func federatedARN(caller *directory.Caller, input any) string {
	name := ""
	if in, ok := input.(*sts.GetFederationTokenInput); ok {
		name = aws.ToString(in.Name)
	}
	return "arn:" + caller.Partition + ":sts::" + caller.Account + ":federated-user/" + name
}
