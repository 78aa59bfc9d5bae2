package metadata

import (
	"fmt"
	"time"

	"github.com/eksauth/eksauth/fakeec2"
	"github.com/eksauth/eksauth/internal/directory"
)

const (
	// sessionLifetime is that of an instance's credentials, which the role's own limit does not shorten
	// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html).
	sessionLifetime = 6 * time.Hour
	// renewBefore is how long before their end there are new credentials: AWS promises at least five minutes
	// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html).
	renewBefore = time.Hour
)

// held are credentials and whose they are.
type held struct {
	role        string // ID
	credentials directory.Credentials
	since       time.Time
}

// iam shows the instance profile, and the credentials of its role if it has one. Both are looked up at each request, so
// that a role that was taken away is gone at once.
func (s *Service) iam(i *fakeec2.Instance) node {
	profile := directory.Get(s.cfg.Directory, directory.InstanceProfileKey(i.Account, i.Profile))
	if profile == nil {
		return folder(map[string]node{"info": document(failure{
			Code: "InstanceProfileNotFound", Message: "Instance Profile " + i.Profile + " cannot be found.", LastUpdated: s.seconds(),
		})})
	}
	roles := map[string]node{}
	for _, name := range profile.Roles {
		if role := directory.Get(s.cfg.Directory, directory.RoleKey(i.Account, name)); role != nil {
			roles[role.Name] = node{leaf: func() (string, error) { return s.credentials(i, role) }}
		}
	}
	return folder(map[string]node{
		"info": document(profileInfo{
			Code: "Success", LastUpdated: s.seconds(), ProfileARN: profile.ARN(), ProfileID: profile.ID,
		}),
		"security-credentials": folder(roles),
	})
}

func (s *Service) seconds() time.Time { return s.cfg.Now().UTC().Truncate(time.Second) }

type profileInfo struct {
	Code        string
	LastUpdated time.Time
	ProfileARN  string `json:"InstanceProfileArn"`
	ProfileID   string `json:"InstanceProfileId"`
}

type failure struct {
	Code        string
	Message     string
	LastUpdated time.Time
}

type roleCredentials struct {
	Code            string
	LastUpdated     time.Time
	Type            string
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	Token           string
	Expiration      time.Time
}

// credentials gives the session of a role, whose name is the instance's ID, or says that EC2 may not assume the role
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html).
func (s *Service) credentials(i *fakeec2.Instance, role *directory.Role) (string, error) {
	trusted, err := fakeec2.MayAssume(role, s.cfg.Now())
	if err != nil {
		return "", err
	}
	if !trusted {
		return document(failure{
			Code: "AssumeRoleUnauthorizedAccess", LastUpdated: s.seconds(),
			Message: "EC2 cannot assume the role " + role.Name + ". Its trust policy does not let ec2.amazonaws.com perform sts:AssumeRole; " +
				"see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html.",
		}).text()
	}
	now, err := s.hold(i, role)
	if err != nil {
		return "", err
	}
	return document(roleCredentials{
		Code: "Success", LastUpdated: now.since, Type: "AWS-HMAC", AccessKeyID: now.credentials.AccessKeyID,
		SecretAccessKey: now.credentials.SecretAccessKey, Token: now.credentials.SessionToken, Expiration: now.credentials.Expires,
	}).text()
}

// hold returns the instance's credentials, new ones if those it has are of another role or end soon.
func (s *Service) hold(i *fakeec2.Instance, role *directory.Role) (*held, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.seconds()
	if s.held != nil && s.held.role == role.ID && now.Add(renewBefore).Before(s.held.credentials.Expires) {
		return s.held, nil
	}
	credentials, err := s.cfg.Directory.Issue(i.Account, &directory.Session{
		Kind: directory.RoleSession, PrincipalID: role.ID, Name: i.ID, Issued: now, Expires: now.Add(sessionLifetime),
	})
	if err != nil {
		return nil, fmt.Errorf("issue the credentials of %s for %s: %w", role.ARN(), i.ID, err)
	}
	s.held = &held{role: role.ID, credentials: credentials, since: now}
	s.cfg.Issued(Issue{Instance: i, Role: role, Credentials: credentials, At: now})
	return s.held, nil
}
