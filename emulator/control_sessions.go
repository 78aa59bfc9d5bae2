package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/eksauth/eksauth/internal/directory"
)

// sessionsRoute issues credentials of whoever the stack has, without asking a trust policy.
const sessionsRoute = "/_eksauth/sessions"

// sessionRequest asks for credentials of a principal.
type sessionRequest struct {
	// ARN is that of a user, a role or a session of a role; SessionName is what a role's session is called.
	ARN         string `json:"arn"`
	SessionName string `json:"sessionName,omitempty"`
}

// session is credentials of a principal. A user's own key has neither a token nor an end.
type session struct {
	ARN             string    `json:"arn"`
	AccessKeyID     string    `json:"accessKeyId"`
	SecretAccessKey string    `json:"secretAccessKey"`
	SessionToken    string    `json:"sessionToken,omitempty"`
	Expires         time.Time `json:"expires,omitzero"`
}

const (
	// sessionLasts is how long a session of a role is good: clients ask for another one by themselves.
	sessionLasts = time.Hour
	// sessionName is what a session is called whose name nobody has said.
	sessionName = "eksauth"
)

var (
	// callerForm is the ARN of who may call: kind and the rest of it.
	callerForm = regexp.MustCompile(`^arn:(?:aws|aws-cn|aws-us-gov):(?:iam|sts)::(\d{12}):(user|role|assumed-role)/(.+)$`)
	// sessionForm is the name of a role session (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
	sessionForm = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)
)

func (e *Environment) issueSession(w http.ResponseWriter, r *http.Request) {
	var wanted sessionRequest
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxControlBody)).Decode(&wanted); err != nil {
		http.Error(w, fmt.Sprintf("read whose credentials are wanted: %v", err), http.StatusBadRequest)
		return
	}
	issued, err := e.issue(wanted)
	switch {
	case errors.Is(err, directory.ErrNotFound):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	default:
		answer(w, http.StatusOK, issued)
	}
}

func (e *Environment) issue(wanted sessionRequest) (session, error) {
	match := callerForm.FindStringSubmatch(wanted.ARN)
	if match == nil {
		return session{}, fmt.Errorf("%q is the ARN of no user, role or role session: write something like arn:aws:iam::111122223333:role/dev/x", wanted.ARN)
	}
	account, kind, rest := match[1], match[2], match[3]
	switch kind {
	case "user":
		return e.issueUser(account, rest, wanted)
	case "assumed-role":
		name, called, _ := strings.Cut(rest, "/")
		if wanted.SessionName != "" && wanted.SessionName != called {
			return session{}, fmt.Errorf("the ARN names the session %q, and --session-name %q: say one", called, wanted.SessionName)
		}
		role := directory.Get(e.directory, directory.RoleKey(account, name))
		if role == nil || role.Name != name {
			return session{}, notInStack("role", name, account)
		}
		return e.issueRole(role, called)
	}
	role := directory.Get(e.directory, directory.RoleKey(account, lastPart(rest)))
	if role == nil {
		return session{}, notInStack("role", rest, account)
	}
	if role.ARN() != wanted.ARN {
		return session{}, fmt.Errorf("%s: %w: there is %s", wanted.ARN, directory.ErrNotFound, role.ARN())
	}
	if wanted.SessionName == "" {
		wanted.SessionName = sessionName
	}
	return e.issueRole(role, wanted.SessionName)
}

func (e *Environment) issueUser(account, path string, wanted sessionRequest) (session, error) {
	user := directory.Get(e.directory, directory.UserKey(account, lastPart(path)))
	switch {
	case user == nil:
		return session{}, notInStack("user", path, account)
	case user.ARN() != wanted.ARN:
		return session{}, fmt.Errorf("%s: %w: there is %s", wanted.ARN, directory.ErrNotFound, user.ARN())
	case wanted.SessionName != "":
		return session{}, errors.New("a user has no session to name: leave out --session-name")
	}
	key := activeKey(user)
	if key == nil {
		return session{}, fmt.Errorf("the user %s has no active access key: aws iam create-access-key --user-name %s makes one", wanted.ARN, user.Name)
	}
	return session{ARN: user.ARN(), AccessKeyID: key.ID, SecretAccessKey: key.Secret}, nil
}

func (e *Environment) issueRole(role *directory.Role, name string) (session, error) {
	if !sessionForm.MatchString(name) {
		return session{}, fmt.Errorf("%q is no name of a role session: it has 2 to 64 letters, digits and characters of +=,.@-_", name)
	}
	issued := e.o.Now().UTC().Truncate(time.Second)
	credentials, err := e.directory.Issue(role.Account, &directory.Session{
		Kind: directory.RoleSession, PrincipalID: role.ID, Name: name, Issued: issued, Expires: issued.Add(sessionLasts),
	})
	if err != nil {
		return session{}, err
	}
	return session{
		ARN: role.SessionARN(name), AccessKeyID: credentials.AccessKeyID, SecretAccessKey: credentials.SecretAccessKey,
		SessionToken: credentials.SessionToken, Expires: credentials.Expires,
	}, nil
}

func lastPart(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

func notInStack(kind, name, account string) error {
	return fmt.Errorf("%s %s of account %s: %w: import the account, or make it with aws iam", kind, name, account, directory.ErrNotFound)
}
