package directory

import "time"

// CallerKind says what kind of principal calls.
type CallerKind string

// The kinds of callers.
const (
	RootCaller      CallerKind = "root"
	UserCaller      CallerKind = "user"
	RoleCaller      CallerKind = "role session"
	FederatedCaller CallerKind = "federated user"
)

// Caller is who signed a request. It is shared and must not be changed.
type Caller struct {
	Kind        CallerKind
	Account     string
	Partition   string
	ARN         string // as GetCallerIdentity answers: for a role, of the session
	UserID      string // as GetCallerIdentity answers, such as AROA…:session
	AccessKeyID string
	// User is set for users and for federated users that a user made, Role for role sessions.
	User *User
	Role *Role
	// Session is set for temporary credentials.
	Session *Session
}

// PrincipalARN returns the ARN that policies and mappings name: of the role itself for a role session
// (the key aws:PrincipalArn).
func (c *Caller) PrincipalARN() string {
	if c.Role != nil {
		return c.Role.ARN()
	}
	return c.ARN
}

// Tags returns the caller's principal tags: those of its user or role, overlaid with the session's
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html).
func (c *Caller) Tags() []Tag {
	var tags []Tag
	switch {
	case c.Role != nil:
		tags = c.Role.Tags
	case c.User != nil && c.Kind == UserCaller:
		tags = c.User.Tags
	}
	if c.Session == nil || len(c.Session.Tags) == 0 {
		return tags
	}
	return overlay(tags, c.Session.Tags)
}

func overlay(base, top []Tag) []Tag {
	out := append([]Tag(nil), top...)
	for _, t := range base {
		if _, ok := TagValue(top, t.Key); !ok {
			out = append(out, t)
		}
	}
	return out
}

// MFAAt returns when the caller proved to have an MFA device; zero if it did not.
func (c *Caller) MFAAt() time.Time {
	if c.Session == nil {
		return time.Time{}
	}
	return c.Session.MFA
}

// AtHome refuses a caller whose account is in another partition than the endpoint that was asked: partitions do not know
// each other's keys. An empty partition is any.
func (c *Caller) AtHome(partition string) error {
	if partition != "" && partition != c.Partition {
		return errToken
	}
	return nil
}
