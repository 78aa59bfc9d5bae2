package directory

import (
	"errors"
	"fmt"
	"time"
)

// SessionKind says how temporary credentials came about.
type SessionKind byte

// The kinds of sessions.
const (
	RoleSession      SessionKind = 'r' // AssumeRole and its kin
	UserSession      SessionKind = 'u' // GetSessionToken
	FederatedSession SessionKind = 'f' // GetFederationToken
)

// Session is what temporary credentials stand for. It travels sealed in the session token; nothing of it is stored.
type Session struct {
	Kind SessionKind
	// PrincipalID is the unique ID of the role or user, or the account number for the root user. A role or user that was
	// deleted and made again has another one, so its old sessions end.
	PrincipalID string
	// Name is the role session's or the federated user's.
	Name           string
	Issued         time.Time // whole seconds
	Expires        time.Time // whole seconds
	MFA            time.Time // when the caller proved to have an MFA device; zero if it did not
	SourceIdentity string
	Tags           []Tag
	Transitive     []string // keys of tags that role chaining hands on
	Policy         string   // inline session policy
	PolicyARNs     []string // managed session policies
}

// Credentials are temporary security credentials.
type Credentials struct {
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string
	Expires         time.Time
	// PackedSize is the share of the space for policies and tags that is used up, in percent, rounded up; 0 if there
	// are none.
	PackedSize int
}

// ErrPackedTooLarge says that a session's policies and tags do not fit into a token.
var ErrPackedTooLarge = errors.New("session policies and tags are too large together")

// Issue makes credentials of account for a session, which must have its times set. It wraps ErrPackedTooLarge, and then
// PackedSize says how much too large.
func (d *Directory) Issue(account string, s *Session) (Credentials, error) {
	id, err := newID(d.cfg.Rand, temporaryKeyID, account, keyIDLength)
	if err != nil {
		return Credentials{}, err
	}
	s.Expires = s.Issued.Add(d.cfg.SessionLifetime(s.Expires.Sub(s.Issued)).Truncate(time.Second))
	token, size, err := d.seal.sealSession(d.cfg.Rand, id, s)
	if err != nil {
		return Credentials{PackedSize: size}, fmt.Errorf("issue a session of %s: %w", s.PrincipalID, err)
	}
	return Credentials{
		AccessKeyID:     id,
		SecretAccessKey: d.seal.secret(id),
		SessionToken:    token,
		Expires:         s.Expires,
		PackedSize:      size,
	}, nil
}

func (d *Directory) now() time.Time { return d.cfg.Now().UTC().Truncate(time.Second) }

// IssueToService gives a service credentials of a role that trusts it, as EC2 gets them for an instance: a session with the
// given name, such as the instance's ID. It returns a *DeniedError if the role's trust policy does not let the service in.
func (d *Directory) IssueToService(role *Role, service, name string, lasts time.Duration) (Credentials, error) {
	if err := d.serviceMayAssume(role, service, name); err != nil {
		return Credentials{}, err
	}
	issued := d.now()
	return d.Issue(role.Account, &Session{
		Kind: RoleSession, PrincipalID: role.ID, Name: name, Issued: issued, Expires: issued.Add(lasts),
	})
}
