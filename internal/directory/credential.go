package directory

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/smithy-go"
)

// CredentialError says why credentials are refused, in AWS's words
// (https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html). All of them are answered with status 403.
type CredentialError struct{ Code, Message string }

var _ smithy.APIError = (*CredentialError)(nil)

func (e *CredentialError) Error() string                 { return e.Code + ": " + e.Message }
func (e *CredentialError) ErrorCode() string             { return e.Code }
func (e *CredentialError) ErrorMessage() string          { return e.Message }
func (e *CredentialError) ErrorFault() smithy.ErrorFault { return smithy.FaultClient }

var (
	errToken   = &CredentialError{"InvalidClientTokenId", "The security token included in the request is invalid."}
	errExpired = &CredentialError{"ExpiredToken", "The security token included in the request is expired"}
)

// Authenticate finds the secret access key and the caller of an access key ID and, for temporary credentials, its session
// token. Errors are *CredentialError. It proves nothing before a signature was checked with the secret.
func (d *Directory) Authenticate(_ context.Context, accessKeyID, sessionToken string) (secret string, caller *Caller, err error) {
	if strings.HasPrefix(accessKeyID, string(temporaryKeyID)) {
		return d.temporary(accessKeyID, sessionToken)
	}
	if sessionToken != "" {
		return "", nil, errToken
	}
	return d.longTerm(accessKeyID)
}

func (d *Directory) longTerm(accessKeyID string) (string, *Caller, error) {
	var keys []AccessKey
	var caller *Caller
	switch owner := d.view.byID(accessKeyID).(type) {
	case *User:
		keys, caller = owner.Keys, userCaller(owner)
	case *Account:
		keys, caller = owner.RootKeys, rootCaller(owner)
	}
	i := slices.IndexFunc(keys, func(k AccessKey) bool { return k.ID == accessKeyID && k.Active })
	if i < 0 {
		return "", nil, errToken
	}
	caller.AccessKeyID = accessKeyID
	return keys[i].Secret, caller, nil
}

func (d *Directory) temporary(accessKeyID, token string) (string, *Caller, error) {
	session, err := d.seal.openSession(accessKeyID, token)
	if err != nil {
		return "", nil, errToken
	}
	if !d.cfg.Now().Before(session.Expires) {
		return "", nil, errExpired
	}
	caller := d.sessionCaller(session)
	if caller == nil {
		return "", nil, errToken
	}
	caller.AccessKeyID = accessKeyID
	return d.seal.secret(accessKeyID), caller, nil
}

// sessionCaller returns nil if the session's principal is no longer there.
func (d *Directory) sessionCaller(s *Session) *Caller {
	caller := &Caller{}
	switch p := d.view.byID(s.PrincipalID).(type) {
	case *Role:
		caller = roleCaller(p, s.Name)
	case *User:
		caller = userCaller(p)
	case *Account:
		caller = rootCaller(p)
	default:
		return nil
	}
	if (s.Kind == RoleSession) != (caller.Kind == RoleCaller) {
		return nil
	}
	if s.Kind == FederatedSession {
		caller.Kind = FederatedCaller
		caller.ARN = "arn:" + caller.Partition + ":sts::" + caller.Account + ":federated-user/" + s.Name
		caller.UserID = caller.Account + ":" + s.Name
	}
	caller.Session = s
	return caller
}

func userCaller(u *User) *Caller {
	return &Caller{Kind: UserCaller, Account: u.Account, Partition: u.Partition, ARN: u.ARN(), UserID: u.ID, User: u}
}

func rootCaller(a *Account) *Caller {
	return &Caller{Kind: RootCaller, Account: a.ID, Partition: a.Partition, ARN: a.RootARN(), UserID: a.ID}
}

func roleCaller(r *Role, session string) *Caller {
	return &Caller{
		Kind: RoleCaller, Account: r.Account, Partition: r.Partition,
		ARN: r.SessionARN(session), UserID: r.ID + ":" + session, Role: r,
	}
}
