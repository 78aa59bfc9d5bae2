package inventory

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"go.yaml.in/yaml/v3"

	"github.com/eksauth/eksauth/internal/directory"
)

// named makes the principals that a cluster names and whose accounts no file describes: their names are all that is known of
// them. In an account that is described, whom nobody describes does not exist.
func (r *reader) named(c *Cluster) {
	for _, e := range c.Entries {
		r.name(aws.ToString(e.Entry.PrincipalArn), aws.ToTime(e.Entry.CreatedAt))
	}
	for _, o := range c.Objects {
		if o.Kind() != "ConfigMap" {
			continue
		}
		for _, arn := range mapped(o) {
			r.name(arn, time.Time{})
		}
	}
	r.name(c.CreatorARN, c.Created)
}

// mapped are the ARNs that aws-auth maps, as far as it can be read.
func mapped(awsAuth Object) []string {
	var arns []string
	data, _ := awsAuth["data"].(map[string]any)
	for _, key := range []string{"mapRoles", "mapUsers"} {
		var list []struct {
			RoleARN string `yaml:"rolearn"`
			UserARN string `yaml:"userarn"`
		}
		if yaml.Unmarshal([]byte(text(data[key])), &list) != nil {
			continue // the authenticator cannot read it either
		}
		for _, entry := range list {
			arns = append(arns, entry.RoleARN+entry.UserARN)
		}
	}
	return arns
}

func (r *reader) name(arn string, before time.Time) {
	p, ok := parseARN(strings.TrimSpace(arn))
	if _, twice := r.seen[arn]; !ok || twice || r.describes(p.account) {
		return
	}
	r.seen[arn] = sighting{}
	res := directory.Resource{Partition: p.partition, Account: p.account, Name: p.name, Path: p.path, Created: before}
	account := r.account(res)
	switch p.kind {
	case "user":
		account.Users = append(account.Users, &directory.User{Resource: res})
	case "role":
		account.Roles = append(account.Roles, &directory.Role{Resource: res, Trust: nobody, MaxSession: directory.DefaultMaxSession})
	default:
		return
	}
	r.leaveOut("policies of "+arn, "no file describes account %s: what is known of the %s is its name", p.account, p.kind)
}

// describes tells whether a page of an account is there.
func (r *reader) describes(account string) bool {
	for i := range r.pages {
		if r.pages[i].account == account {
			return true
		}
	}
	return false
}
