package inventory

import (
	"encoding/json"
	"regexp"
)

// details is an answer of aws iam get-account-authorization-details, or one page of it
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html).
type details struct {
	UserDetailList  []userDetail
	GroupDetailList []groupDetail
	RoleDetailList  []roleDetail
	Policies        []policyDetail
	IsTruncated     bool
}

type userDetail struct {
	Path, UserName, UserID, Arn string
	CreateDate                  moment
	UserPolicyList              []inlineDetail
	GroupList                   []string
	AttachedManagedPolicies     []attachedDetail
	PermissionsBoundary         boundaryDetail
	Tags                        []tagDetail
}

type groupDetail struct {
	Path, GroupName, GroupID, Arn string
	CreateDate                    moment
	GroupPolicyList               []inlineDetail
	AttachedManagedPolicies       []attachedDetail
}

type roleDetail struct {
	Path, RoleName, RoleID, Arn string
	CreateDate                  moment
	AssumeRolePolicyDocument    policyText
	InstanceProfileList         []instanceProfileDetail
	RolePolicyList              []inlineDetail
	AttachedManagedPolicies     []attachedDetail
	PermissionsBoundary         boundaryDetail
	Tags                        []tagDetail
}

type policyDetail struct {
	Path, PolicyName, PolicyID, Arn, DefaultVersionID string
	Description                                       string
	CreateDate, UpdateDate                            moment
	PolicyVersionList                                 []struct {
		Document   policyText
		VersionID  string
		CreateDate moment
	}
}

type instanceProfileDetail struct {
	Path, InstanceProfileName, InstanceProfileID, Arn string
	CreateDate                                        moment
	Roles                                             []struct{ RoleName string }
}

type inlineDetail struct {
	PolicyName     string
	PolicyDocument policyText
}

type (
	attachedDetail struct{ PolicyArn string }
	boundaryDetail struct{ PermissionsBoundaryArn string }
	tagDetail      struct{ Key, Value string }
)

// page is one answer with the file and the account that it is from.
type page struct {
	file, account string
	details
}

func (r *reader) details(file string, document json.RawMessage) error {
	p := page{file: file}
	if err := json.Unmarshal(document, &p.details); err != nil {
		return err
	}
	p.account = p.owner()
	r.pages = append(r.pages, p)
	return nil
}

// principalForm is the ARN of what IAM keeps: partition, account, kind, path and name.
var principalForm = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):iam::(\d{12}|aws):(user|group|role|policy|instance-profile)(/(?:[!-~]+/)?)([\w+=,.@-]{1,128})$`)

// parsed is an ARN in its parts.
type parsed struct{ arn, partition, account, kind, path, name string }

func parseARN(arn string) (p parsed, ok bool) {
	match := principalForm.FindStringSubmatch(arn)
	if match == nil {
		return parsed{}, false
	}
	return parsed{match[0], match[1], match[2], match[3], match[4], match[5]}, true
}
