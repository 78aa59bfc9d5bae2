package policy

import (
	"strconv"
	"strings"
	"time"
)

// Context holds the request's condition keys. Names are lower case, as they are compared without regard to case; use Set.
// A key without values counts as absent.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
type Context map[string][]string

// Set gives a key its values. More than one makes the key multivalued.
func (c Context) Set(key string, values ...string) { c[strings.ToLower(key)] = values }

// Get returns the values of a key.
func (c Context) Get(key string) []string { return c[strings.ToLower(key)] }

// SetTime gives aws:CurrentTime and aws:EpochTime.
func (c Context) SetTime(now time.Time) {
	c["aws:currenttime"] = []string{now.UTC().Format("2006-01-02T15:04:05Z")}
	c["aws:epochtime"] = []string{strconv.FormatInt(now.Unix(), 10)}
}

// SetPrincipal gives the keys that follow from who the principal is: aws:PrincipalArn, aws:PrincipalAccount,
// aws:PrincipalType, aws:userid and aws:username. Tags are the caller's to set, as aws:PrincipalTag/name.
func (c Context) SetPrincipal(p *Principal) {
	switch p.Type {
	case Service:
		c.Set("aws:PrincipalIsAWSService", "true")
		c.Set("aws:PrincipalServiceName", p.Name)
		return
	case Federated:
		return
	case Anonymous:
		c.Set("aws:PrincipalType", "Anonymous")
		return
	}
	c.Set("aws:PrincipalIsAWSService", "false")
	c.Set("aws:PrincipalArn", p.condition())
	c.Set("aws:PrincipalAccount", p.Account)
	c.Set("aws:PrincipalType", p.Type.String())
	c.Set("aws:userid", p.userID())
	if p.Type == User {
		_, path, _ := strings.Cut(p.ARN, ":user/")
		c.Set("aws:username", path[strings.LastIndexByte(path, '/')+1:])
	}
}
