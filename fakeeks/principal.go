package fakeeks

import (
	"regexp"
	"strings"

	"github.com/eksauth/eksauth/internal/directory"
)

// principal is an IAM user or role as an ARN names it.
type principal struct {
	arn, partition, account string
	kind                    string // user or role
	path, name              string // path is / or /…/
	id                      string // empty until identified
}

var principalForm = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):iam::(\d{12}):(user|role)(/(?:[!-~]+/)?)([\w+=,.@-]{1,64})$`)

// parsePrincipal reads the ARN of a user or a role, with its path.
func parsePrincipal(arn string) (p principal, ok bool) {
	match := principalForm.FindStringSubmatch(arn)
	if match == nil {
		return principal{}, false
	}
	return principal{arn: arn, partition: match[1], account: match[2], kind: match[3], path: match[4], name: match[5]}, true
}

func (p *principal) isRole() bool { return p.kind == "role" }

// serviceLinked tells whether the role belongs to an AWS service.
func (p *principal) serviceLinked() bool {
	return p.isRole() && strings.HasPrefix(p.path, "/aws-service-role/")
}

// identify finds the principal's unique ID. The path and the letter case of the name must be right, too.
func (s *Service) identify(p *principal) bool {
	if p.isRole() {
		if role := s.role(p.arn); role != nil {
			p.id = role.ID
		}
		return p.id != ""
	}
	user := directory.Get(s.cfg.Directory, directory.UserKey(p.account, p.name))
	if user != nil && user.ARN() == p.arn {
		p.id = user.ID
	}
	return p.id != ""
}

// defaultUsername is what a STANDARD entry without username gets: a user's ARN, or that of a role's session, without the
// role's path (https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html).
func (p *principal) defaultUsername() string {
	if !p.isRole() {
		return p.arn
	}
	return "arn:" + p.partition + ":sts::" + p.account + ":assumed-role/" + p.name + "/{{SessionName}}"
}
