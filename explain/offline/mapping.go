package offline

import (
	"strings"

	"github.com/eksauth/eksauth/explain/authenticator"
	"github.com/eksauth/eksauth/explain/hop"
)

// explainMapping adds what the mappings make of the caller. Access entries are asked first, as in the mode
// API_AND_CONFIG_MAP (https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html).
func (q Question) explainMapping(a *hop.Answer, caller *authenticator.Identity) {
	if q.AWSAuth == nil && q.Entries == nil {
		a.Add(hop.Mapping, hop.Unknown, "no mapping was given: use --aws-auth FILE or --access-entries FILE")
		return
	}
	if caller == nil {
		a.Add(hop.Mapping, hop.Unknown, "the caller's ARN was not given: use --arn with what aws sts get-caller-identity says")
		return
	}
	found, where, reasons := q.find(caller)
	if found == nil {
		a.Add(hop.Mapping, hop.Refused, "caller "+caller.CanonicalARN, reasons...)
		return
	}
	a.Add(hop.Mapping, hop.OK, caller.CanonicalARN+" is mapped by "+where, reasons...)
	a.User = q.explainUser(a, found, caller)
	q.explainRights(a, found, caller)
}

func (q Question) find(caller *authenticator.Identity) (found *authenticator.Mapping, where string, reasons []hop.Reason) {
	if q.Entries != nil {
		entry, err := q.Entries.Find(caller)
		if err != nil {
			reasons = append(reasons, hop.Reason{Text: err.Error()})
		}
		if entry != nil {
			if q.AWSAuth != nil && q.AWSAuth.Find(caller) != nil {
				reasons = append(reasons, hop.Reason{Cause: 24, Text: q.AWSAuth.Name + " maps the caller as well and is not asked: the access entry wins"})
			}
			return entry, q.Entries.Name, reasons
		}
		reasons = append(reasons, q.Entries.Reasons(caller)...)
	}
	if q.AWSAuth != nil {
		if entry := q.AWSAuth.Find(caller); entry != nil {
			return entry, q.AWSAuth.Name, nil
		}
		reasons = append(reasons, q.AWSAuth.Reasons(caller)...)
	}
	return nil, "", reasons
}

func (q Question) explainUser(a *hop.Answer, found *authenticator.Mapping, caller *authenticator.Identity) *hop.User {
	user := &hop.User{Username: authenticator.Render(found.Username, caller), Groups: []string{}}
	for _, group := range found.Groups {
		user.Groups = append(user.Groups, authenticator.Render(group, caller))
	}
	switch {
	case strings.Contains(found.Username, "{{EC2PrivateDNSName}}") && !strings.HasPrefix(caller.SessionName, "i-"):
		a.Add(hop.Username, hop.Refused, found.Username, hop.Reason{
			Cause: 55, Text: "SessionName did not contain an instance id: only EC2 instances enter by this mapping",
			Fix: "map people by a role of their own",
		})
		return nil
	case strings.Contains(found.Username, "{{SessionName") && caller.SessionName == "":
		a.Add(hop.Username, hop.Unknown, found.Username+": the ARN given has no session name")
		user.Username = found.Username
	case user.Username == "":
		a.Add(hop.Username, hop.Refused, `""`, hop.Reason{
			Cause: 58, Text: "the username is empty: kubectl says User \"\" and aggregated APIs refuse", Fix: "username: …",
		})
	default:
		a.Add(hop.Username, hop.OK, user.Username)
	}
	return user
}

// explainRights says what is known of the caller's rights without a cluster.
func (q Question) explainRights(a *hop.Answer, found *authenticator.Mapping, caller *authenticator.Identity) {
	var policies []string
	if q.Entries != nil {
		policies = q.Entries.Policies(caller)
	}
	seen := "which rights the user has, only the cluster can tell"
	if len(policies) > 0 {
		seen = "access policies " + strings.Join(policies, ", ")
	} else if len(found.Groups) == 0 {
		seen = "the user is in no group: only bindings of the username give rights"
	}
	a.Add(hop.Authorization, hop.Unknown, seen)
}
