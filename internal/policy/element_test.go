package policy

import "testing"

func TestActionElement(t *testing.T) {
	allow := func(action string) string { return `{"Effect":"Allow",` + action + `,"Resource":"*"}` }
	runElements(t, []elementRow{
		{pageAction, "exact action", allow(`"Action":"eks:DescribeCluster"`), "eks:DescribeCluster", cluster, "", Allow},
		{pageAction, "another action", allow(`"Action":"eks:DescribeCluster"`), "eks:DeleteCluster", cluster, "", ImplicitDeny},
		{pageAction, "another service", allow(`"Action":"eks:DescribeCluster"`), "ecs:DescribeCluster", cluster, "", ImplicitDeny},
		{pageAction, "case of the service does not matter", allow(`"Action":"EKS:DescribeCluster"`), "eks:DescribeCluster", cluster, "", Allow},
		{pageAction, "case of the action does not matter", allow(`"Action":"eks:describecluster"`), "eks:DescribeCluster", cluster, "", Allow},
		{pageAction, "all actions", allow(`"Action":"*"`), "eks:DescribeCluster", cluster, "", Allow},
		{pageAction, "all actions of the service", allow(`"Action":"eks:*"`), "eks:DescribeCluster", cluster, "", Allow},
		{pageAction, "all actions of another service", allow(`"Action":"eks:*"`), "eks-auth:AssumeRoleForPodIdentity", cluster, "", ImplicitDeny},
		{pageAction, "asterisk at the end", allow(`"Action":"eks:Describe*"`), "eks:DescribeCluster", cluster, "", Allow},
		{pageAction, "asterisk at the end, other beginning", allow(`"Action":"eks:Describe*"`), "eks:ListClusters", cluster, "", ImplicitDeny},
		{pageAction, "asterisk in the middle", allow(`"Action":"iam:*AccessKey*"`), "iam:CreateAccessKey", "*", "", Allow},
		{pageAction, "asterisk in the middle, plural", allow(`"Action":"iam:*AccessKey*"`), "iam:ListAccessKeys", "*", "", Allow},
		{pageAction, "asterisk at the beginning", allow(`"Action":"iam:*Role"`), "iam:PassRole", role, "", Allow},
		{pageAction, "asterisk matches nothing too", allow(`"Action":"eks:DescribeCluster*"`), "eks:DescribeCluster", cluster, "", Allow},
		{pageAction, "question mark is one character", allow(`"Action":"eks:ListCluster?"`), "eks:ListClusters", cluster, "", Allow},
		{pageAction, "question mark is not none", allow(`"Action":"eks:ListClusters?"`), "eks:ListClusters", cluster, "", ImplicitDeny},
		{pageAction, "two question marks are two characters", allow(`"Action":"eks:ListCluste??"`), "eks:ListClusters", cluster, "", Allow},
		{pageAction, "list, second fits", allow(`"Action":["iam:*","eks:List*"]`), "eks:ListClusters", cluster, "", Allow},
		{pageAction, "list, none fits", allow(`"Action":["iam:*","ec2:*"]`), "eks:ListClusters", cluster, "", ImplicitDeny},
		{pageNotAction, "listed action is left out", allow(`"NotAction":"iam:*"`), "iam:CreateUser", "*", "", ImplicitDeny},
		{pageNotAction, "all but the listed", allow(`"NotAction":"iam:*"`), "eks:DescribeCluster", cluster, "", Allow},
		{pageNotAction, "all but several", allow(`"NotAction":["iam:*","sts:*"]`), "sts:AssumeRole", role, "", ImplicitDeny},
		{pageNotAction, "leaves out in any case", allow(`"NotAction":"IAM:createuser"`), "iam:CreateUser", "*", "", ImplicitDeny},
		{pageNotAction, "deny all but the listed: denied", `{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","NotAction":"eks:*","Resource":"*"}`, "iam:CreateUser", "*", "", ExplicitDeny},
		{pageNotAction, "deny all but the listed: left to the allow", `{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","NotAction":"eks:*","Resource":"*"}`, "eks:ListClusters", "*", "", Allow},
		{pageDenies, "deny before allow", `{"Effect":"Deny","Action":"eks:*","Resource":"*"},{"Effect":"Allow","Action":"*","Resource":"*"}`, "eks:ListClusters", "*", "", ExplicitDeny},
		{pageDenies, "deny after allow", `{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"eks:*","Resource":"*"}`, "eks:ListClusters", "*", "", ExplicitDeny},
		{pageDenies, "deny alone", `{"Effect":"Deny","Action":"eks:*","Resource":"*"}`, "eks:ListClusters", "*", "", ExplicitDeny},
		{pageDenies, "deny of another action", `{"Effect":"Deny","Action":"iam:*","Resource":"*"}`, "eks:ListClusters", "*", "", ImplicitDeny},
	})
}

func TestResourceElement(t *testing.T) {
	allow := func(resource string) string { return `{"Effect":"Allow","Action":"*",` + resource + `}` }
	const logs = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/eks/dev/cluster:log-stream:authenticator-1"
	runElements(t, []elementRow{
		{pageResource, "exact resource", allow(`"Resource":"` + cluster + `"`), "eks:DescribeCluster", cluster, "", Allow},
		{pageResource, "another resource", allow(`"Resource":"` + cluster + `"`), "eks:DescribeCluster", cluster + "2", "", ImplicitDeny},
		{pageResource, "case matters", allow(`"Resource":"arn:aws:eks:eu-west-1:111122223333:cluster/Dev"`), "eks:DescribeCluster", cluster, "", ImplicitDeny},
		{pageResource, "every resource", allow(`"Resource":"*"`), "eks:DescribeCluster", cluster, "", Allow},
		{pageResource, "every resource, and an action without", allow(`"Resource":"*"`), "eks:ListClusters", "*", "", Allow},
		{pageResource, "named resource does not do for an action without", allow(`"Resource":"` + cluster + `"`), "eks:ListClusters", "*", "", ImplicitDeny},
		{pageResource, "asterisk in the name", allow(`"Resource":"arn:aws:eks:eu-west-1:111122223333:cluster/*"`), "eks:DescribeCluster", cluster, "", Allow},
		{pageResource, "asterisk as region and account", allow(`"Resource":"arn:aws:eks:*:*:cluster/dev"`), "eks:DescribeCluster", cluster, "", Allow},
		{pageResource, "asterisk as partition", allow(`"Resource":"arn:*:eks:eu-west-1:111122223333:cluster/dev"`), "eks:DescribeCluster", cluster, "", Allow},
		{pageResource, "another partition", allow(`"Resource":"arn:aws-cn:eks:eu-west-1:111122223333:cluster/dev"`), "eks:DescribeCluster", cluster, "", ImplicitDeny},
		{pageResource, "another account", allow(`"Resource":"arn:aws:eks:eu-west-1:444455556666:cluster/dev"`), "eks:DescribeCluster", cluster, "", ImplicitDeny},
		{pageResource, "empty account is not every account", allow(`"Resource":"arn:aws:eks:eu-west-1::cluster/dev"`), "eks:DescribeCluster", cluster, "", ImplicitDeny},
		{pageResource, "question mark in the region", allow(`"Resource":"arn:aws:eks:eu-west-?:111122223333:cluster/dev"`), "eks:DescribeCluster", cluster, "", Allow},
		{pageResource, "asterisk does not reach over a segment", allow(`"Resource":"arn:aws:eks:*cluster/dev:*:*"`), "eks:DescribeCluster", cluster, "", ImplicitDeny},
		{pageResource, "asterisk in the last segment reaches over slashes", allow(`"Resource":"arn:aws:iam::111122223333:role/*"`), "iam:GetRole", role, "", Allow},
		{pageResource, "asterisk in the last segment reaches over colons", allow(`"Resource":"arn:aws:logs:*:*:log-group:/aws/eks/*"`), "logs:GetLogEvents", logs, "", Allow},
		{pageResource, "colons in the last segment", allow(`"Resource":"arn:aws:logs:*:*:log-group:/aws/eks/dev/*:log-stream:auth*"`), "logs:GetLogEvents", logs, "", Allow},
		{pageResource, "role's path counts", allow(`"Resource":"arn:aws:iam::111122223333:role/deployer"`), "iam:GetRole", role, "", ImplicitDeny},
		{pageResource, "missing last segments are asterisks", allow(`"Resource":"arn:aws:eks:eu-west-1"`), "eks:DescribeCluster", cluster, "", Allow},
		{pageResource, "list, second fits", allow(`"Resource":["arn:aws:s3:::a","` + cluster + `"]`), "eks:DescribeCluster", cluster, "", Allow},
		{pageResource, "one question mark for one letter of two bytes", allow(`"Resource":"arn:aws:s3:::caf?"`), "s3:ListBucket", "arn:aws:s3:::café", "", Allow},
		{pageNotResource, "listed resource is left out", allow(`"NotResource":"` + cluster + `"`), "eks:DescribeCluster", cluster, "", ImplicitDeny},
		{pageNotResource, "all but the listed", allow(`"NotResource":"` + cluster + `"`), "eks:DescribeCluster", cluster + "2", "", Allow},
		{pageNotResource, "action without resource is not the listed", allow(`"NotResource":"` + cluster + `"`), "eks:ListClusters", "*", "", Allow},
		{pageNotResource, "deny all but the listed", `{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","NotResource":"` + cluster + `"}`, "iam:GetRole", role, "", ExplicitDeny},
		{pageNotResource, "deny all but the listed: left to the allow", `{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","NotResource":"` + cluster + `"}`, "eks:DescribeCluster", cluster, "", Allow},
	})
}

func TestPolicyVariables(t *testing.T) {
	const own = `{"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::*:user/dev/${aws:username}"}`
	const tagged = `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}}`
	const fallback = `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team, 'company-wide'}"}}}`
	const deny = `{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}}`
	const bob = "arn:aws:iam::111122223333:user/dev/bob"
	runElements(t, []elementRow{
		{pageVariables, "in a resource", own, "iam:GetUser", alice, "aws:username=alice", Allow},
		{pageVariables, "in a resource, another user", own, "iam:GetUser", bob, "aws:username=alice", ImplicitDeny},
		{pageVariables, "without a value", own, "iam:GetUser", alice, "", ImplicitDeny},
		{pageVariables, "name in another case", `{"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::*:user/dev/${AWS:UserName}"}`, "iam:GetUser", alice, "aws:username=alice", Allow},
		{pageVariables, "an asterisk in the value is none", own, "iam:GetUser", bob, "aws:username=*", ImplicitDeny},
		{pageVariables, "a value that is not UTF-8 is none", own, "iam:GetUser", bob, "aws:username=\xff", ImplicitDeny},
		{pageVariables, "a value does not reach over a segment", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::${aws:PrincipalTag/account}:user/x"}`, "iam:GetUser", "arn:aws:iam::1:user/x:user/x", "aws:PrincipalTag/account=1:user/x", ImplicitDeny},
		{pageVariables, "a value may be a segment", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::${aws:PrincipalTag/account}:user/x"}`, "iam:GetUser", "arn:aws:iam::111122223333:user/x", "aws:PrincipalTag/account=111122223333", Allow},
		{pageVariables, "in a condition", tagged, "eks:DescribeCluster", cluster, "aws:ResourceTag/team=a; aws:PrincipalTag/team=a", Allow},
		{pageVariables, "in a condition, another value", tagged, "eks:DescribeCluster", cluster, "aws:ResourceTag/team=a; aws:PrincipalTag/team=b", ImplicitDeny},
		{pageVariables, "in a condition, without a value", tagged, "eks:DescribeCluster", cluster, "aws:ResourceTag/team=a", ImplicitDeny},
		{pageVariables, "multivalued key is no variable", tagged, "eks:DescribeCluster", cluster, "aws:ResourceTag/team=a; aws:PrincipalTag/team=a|b", ImplicitDeny},
		{pageVariables, "default in place of no value", fallback, "eks:DescribeCluster", cluster, "aws:ResourceTag/team=company-wide", Allow},
		{pageVariables, "default gives way to a value", fallback, "eks:DescribeCluster", cluster, "aws:ResourceTag/team=company-wide; aws:PrincipalTag/team=a", ImplicitDeny},
		{pageVariables, "default gives way, value fits", fallback, "eks:DescribeCluster", cluster, "aws:ResourceTag/team=a; aws:PrincipalTag/team=a", Allow},
		{pageVariables, "negated condition in an allow without a value", `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}}`, "eks:DescribeCluster", cluster, "aws:ResourceTag/team=a", ImplicitDeny},
		{pageVariables, "negated condition in a deny without a value", deny, "eks:DescribeCluster", cluster, "aws:ResourceTag/team=a", ExplicitDeny},
		{pageVariables, "negated condition in a deny, same value", deny, "eks:DescribeCluster", cluster, "aws:ResourceTag/team=a; aws:PrincipalTag/team=a", Allow},
		{pageVariables, "NotResource of an allow without a value", `{"Effect":"Allow","Action":"*","NotResource":"arn:aws:iam::*:user/${aws:username}"}`, "iam:GetUser", bob, "", ImplicitDeny},
		{pageVariables, "literal asterisk", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::a${*}"}`, "s3:ListBucket", "arn:aws:s3:::a*", "", Allow},
		{pageVariables, "literal asterisk is no wildcard", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::a${*}"}`, "s3:ListBucket", "arn:aws:s3:::ab", "", ImplicitDeny},
		{pageVariables, "literal question mark", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::a${?}"}`, "s3:ListBucket", "arn:aws:s3:::ab", "", ImplicitDeny},
		{pageVariables, "literal dollar sign", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::a${$}b"}`, "s3:ListBucket", "arn:aws:s3:::a$b", "", Allow},
		{pageVariables, "asterisk next to a variable", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::home/${aws:username}/*"}`, "s3:GetObject", "arn:aws:s3:::home/alice/x", "aws:username=alice", Allow},
		{pageVariables, "userid with its colon", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::home/${aws:userid}"}`, "s3:GetObject", "arn:aws:s3:::home/AROAX:ci", "aws:userid=AROAX:ci", Allow},
		{pageVariables, "whole ARN as variable", `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ArnEquals":{"aws:SourceArn":"${aws:PrincipalArn}"}}}`, "s3:GetObject", "*", "aws:SourceArn=" + role + "; aws:PrincipalArn=" + role, Allow},
	})
}

func TestVersion2008HasNoVariables(t *testing.T) {
	text := `{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:username}"}}`
	for resource, want := range map[string]Outcome{"arn:aws:s3:::alice": ImplicitDeny, "arn:aws:s3:::${aws:username}": Allow} {
		r := Request{Principal: userAlice(), Action: "s3:ListBucket", Resource: resource, Context: keys("aws:username=alice")}
		if got := Evaluate(&r, &Set{Identity: []Policy{{Doc: parse(t, Inline, text)}}}); got.Outcome != want {
			t.Errorf("%s: %v, want %v; see %s", resource, got.Outcome, want, pageVersion)
		}
	}
}
