package policy

import "testing"

// conditionRow is one condition of a statement that otherwise allows everything.
type conditionRow struct {
	page, name, condition, context string
	holds                          bool
}

// runConditions tries each row in an Allow and in a Deny.
func runConditions(t *testing.T, rows []conditionRow) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			r := Request{Principal: userAlice(), Action: "eks:DescribeCluster", Resource: cluster, Context: keys(row.context)}
			for effect, want := range map[string]Outcome{"Allow": Allow, "Deny": ExplicitDeny} {
				if !row.holds {
					want = ImplicitDeny
				}
				s := `{"Effect":"` + effect + `","Action":"*","Resource":"*","Condition":` + row.condition + `}`
				if got := Evaluate(&r, &Set{Identity: policies(t, Inline, s)}).Outcome; got != want {
					t.Errorf("%s with %q: %v, want %v\n%s\nsee %s", effect, row.context, got, want, row.condition, row.page)
				}
			}
		})
	}
}

func TestStringConditions(t *testing.T) {
	runConditions(t, []conditionRow{
		{pageOperators, "equals", `{"StringEquals":{"aws:username":"alice"}}`, "aws:username=alice", true},
		{pageOperators, "equals is exact", `{"StringEquals":{"aws:username":"alice"}}`, "aws:username=Alice", false},
		{pageOperators, "equals knows no wildcards", `{"StringEquals":{"aws:username":"a*"}}`, "aws:username=alice", false},
		{pageOperators, "equals one of several", `{"StringEquals":{"aws:username":["bob","alice"]}}`, "aws:username=alice", true},
		{pageOperators, "equals none of several", `{"StringEquals":{"aws:username":["bob","carol"]}}`, "aws:username=alice", false},
		{pageOperators, "equals, key absent", `{"StringEquals":{"aws:username":"alice"}}`, "", false},
		{pageCondition, "key in another case", `{"StringEquals":{"AWS:UserName":"alice"}}`, "aws:username=alice", true},
		{pageOperators, "not equals", `{"StringNotEquals":{"aws:username":"alice"}}`, "aws:username=bob", true},
		{pageOperators, "not equals, but equal", `{"StringNotEquals":{"aws:username":"alice"}}`, "aws:username=alice", false},
		{pageOperators, "not equals any of several", `{"StringNotEquals":{"aws:username":["alice","bob"]}}`, "aws:username=bob", false},
		{pageOperators, "not equals, key absent", `{"StringNotEquals":{"aws:username":"alice"}}`, "", true},
		{pageOperators, "ignores case", `{"StringEqualsIgnoreCase":{"aws:username":"ALICE"}}`, "aws:username=Alice", true},
		{pageOperators, "ignores case, another value", `{"StringEqualsIgnoreCase":{"aws:username":"ALICE"}}`, "aws:username=bob", false},
		{pageOperators, "negated, ignores case", `{"StringNotEqualsIgnoreCase":{"aws:username":"ALICE"}}`, "aws:username=alice", false},
		{pageOperators, "like with asterisk", `{"StringLike":{"aws:username":"al*"}}`, "aws:username=alice", true},
		{pageOperators, "like with question mark", `{"StringLike":{"aws:username":"al?ce"}}`, "aws:username=alice", true},
		{pageOperators, "like is case sensitive", `{"StringLike":{"aws:username":"Al*"}}`, "aws:username=alice", false},
		{pageOperators, "like reaches over colons", `{"StringLike":{"aws:userid":"AROA*:ci"}}`, "aws:userid=AROADEPLOYERDEPLOYER:ci", true},
		{pageOperators, "like, key absent", `{"StringLike":{"aws:username":"*"}}`, "", false},
		{pageOperators, "not like", `{"StringNotLike":{"aws:username":"al*"}}`, "aws:username=bob", true},
		{pageOperators, "not like, but like", `{"StringNotLike":{"aws:username":"al*"}}`, "aws:username=alice", false},
		{pageOperators, "not like, key absent", `{"StringNotLike":{"aws:username":"al*"}}`, "", true},
		{pageOperators, "if exists, absent", `{"StringEqualsIfExists":{"aws:username":"alice"}}`, "", true},
		{pageOperators, "if exists, equal", `{"StringEqualsIfExists":{"aws:username":"alice"}}`, "aws:username=alice", true},
		{pageOperators, "if exists, other", `{"StringEqualsIfExists":{"aws:username":"alice"}}`, "aws:username=bob", false},
		{pageOperators, "not equals if exists, absent", `{"StringNotEqualsIfExists":{"aws:username":"alice"}}`, "", true},
		{pageCondition, "all operators must hold", `{"StringEquals":{"aws:username":"alice"},"Bool":{"aws:SecureTransport":"true"}}`, "aws:username=alice", false},
		{pageCondition, "all operators hold", `{"StringEquals":{"aws:username":"alice"},"Bool":{"aws:SecureTransport":"true"}}`, "aws:username=alice; aws:SecureTransport=true", true},
		{pageCondition, "all keys must hold", `{"StringEquals":{"aws:username":"alice","aws:PrincipalType":"User"}}`, "aws:username=alice; aws:PrincipalType=AssumedRole", false},
		{pageCondition, "no condition at all", `{}`, "", true},
		{pageExternalID, "external ID", `{"StringEquals":{"sts:ExternalId":"12345"}}`, "sts:ExternalId=12345", true},
		{pageExternalID, "external ID not given", `{"StringEquals":{"sts:ExternalId":"12345"}}`, "", false},
		{pageTags, "principal's tag", `{"StringEquals":{"aws:PrincipalTag/job-category":"iamuser-admin"}}`, "aws:PrincipalTag/Job-Category=iamuser-admin", true},
		{pageTags, "request's tag", `{"StringEquals":{"aws:RequestTag/env":["dev","test"]}}`, "aws:RequestTag/env=prod", false},
	})
}

func TestNumericConditions(t *testing.T) {
	const key = "s3:max-keys"
	runConditions(t, []conditionRow{
		{pageOperators, "equals", `{"NumericEquals":{"s3:max-keys":"10"}}`, key + "=10", true},
		{pageOperators, "equals as JSON number", `{"NumericEquals":{"s3:max-keys":10}}`, key + "=10", true},
		{pageOperators, "equals with fraction", `{"NumericEquals":{"s3:max-keys":"10.0"}}`, key + "=10", true},
		{pageOperators, "equals, other", `{"NumericEquals":{"s3:max-keys":"10"}}`, key + "=11", false},
		{pageOperators, "equals, no number", `{"NumericEquals":{"s3:max-keys":"10"}}`, key + "=ten", false},
		{pageOperators, "infinity is no number", `{"NumericGreaterThan":{"s3:max-keys":"10"}}`, key + "=Inf", false},
		{pageOperators, "equals, absent", `{"NumericEquals":{"s3:max-keys":"10"}}`, "", false},
		{pageOperators, "not equals", `{"NumericNotEquals":{"s3:max-keys":"10"}}`, key + "=11", true},
		{pageOperators, "not equals, absent", `{"NumericNotEquals":{"s3:max-keys":"10"}}`, "", true},
		{pageOperators, "less than", `{"NumericLessThan":{"s3:max-keys":"10"}}`, key + "=9", true},
		{pageOperators, "less than, same", `{"NumericLessThan":{"s3:max-keys":"10"}}`, key + "=10", false},
		{pageOperators, "less than or equal, same", `{"NumericLessThanEquals":{"s3:max-keys":"10"}}`, key + "=10", true},
		{pageOperators, "greater than", `{"NumericGreaterThan":{"s3:max-keys":"10"}}`, key + "=10.5", true},
		{pageOperators, "greater than, same", `{"NumericGreaterThan":{"s3:max-keys":"10"}}`, key + "=10", false},
		{pageOperators, "greater than or equal, same", `{"NumericGreaterThanEquals":{"s3:max-keys":"10"}}`, key + "=10", true},
		{pageGlobalKeys, "age of the MFA", `{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}`, "aws:MultiFactorAuthAge=120", true},
		{pageGlobalKeys, "age of the MFA without MFA", `{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}`, "", false},
		{pageOperators, "less than if exists, absent", `{"NumericLessThanIfExists":{"s3:max-keys":"10"}}`, "", true},
	})
}

func TestDateConditions(t *testing.T) {
	const now = "aws:CurrentTime=2026-03-01T12:00:00Z"
	runConditions(t, []conditionRow{
		{pageOperators, "equals", `{"DateEquals":{"aws:CurrentTime":"2026-03-01T12:00:00Z"}}`, now, true},
		{pageOperators, "equals in another zone", `{"DateEquals":{"aws:CurrentTime":"2026-03-01T13:00:00+01:00"}}`, now, true},
		{pageOperators, "not equals", `{"DateNotEquals":{"aws:CurrentTime":"2026-03-01T12:00:00Z"}}`, now, false},
		{pageOperators, "not equals, absent", `{"DateNotEquals":{"aws:CurrentTime":"2026-03-01T12:00:00Z"}}`, "", true},
		{pageOperators, "less than", `{"DateLessThan":{"aws:CurrentTime":"2026-03-02T00:00:00Z"}}`, now, true},
		{pageOperators, "less than a day", `{"DateLessThan":{"aws:CurrentTime":"2026-03-01"}}`, now, false},
		{pageOperators, "less than or equal", `{"DateLessThanEquals":{"aws:CurrentTime":"2026-03-01T12:00:00Z"}}`, now, true},
		{pageOperators, "greater than", `{"DateGreaterThan":{"aws:CurrentTime":"2026-03-01T11:59:59.5Z"}}`, now, true},
		{pageOperators, "greater than, same", `{"DateGreaterThan":{"aws:CurrentTime":"2026-03-01T12:00:00Z"}}`, now, false},
		{pageOperators, "greater than or equal", `{"DateGreaterThanEquals":{"aws:CurrentTime":"2026-03-01T12:00:00Z"}}`, now, true},
		{pageOperators, "date against seconds", `{"DateGreaterThan":{"aws:CurrentTime":"1700000000"}}`, now, true},
		{pageOperators, "seconds against date", `{"DateLessThan":{"aws:EpochTime":"2026-03-01T12:00:00Z"}}`, "aws:EpochTime=1700000000", true},
		{pageOperators, "token's age", `{"DateLessThan":{"aws:TokenIssueTime":"2026-03-01T12:00:00Z"}}`, "aws:TokenIssueTime=2026-03-01T11:00:00Z", true},
		{pageOperators, "less than, absent", `{"DateLessThan":{"aws:TokenIssueTime":"2026-03-01T12:00:00Z"}}`, "", false},
	})
}

func TestBoolBinaryAndNullConditions(t *testing.T) {
	runConditions(t, []conditionRow{
		{pageOperators, "true", `{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`, "aws:MultiFactorAuthPresent=true", true},
		{pageOperators, "true as JSON boolean", `{"Bool":{"aws:MultiFactorAuthPresent":true}}`, "aws:MultiFactorAuthPresent=true", true},
		{pageOperators, "true, but false", `{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`, "aws:MultiFactorAuthPresent=false", false},
		{pageOperators, "false, absent with long-term keys", `{"Bool":{"aws:MultiFactorAuthPresent":"false"}}`, "", false},
		{pageOperators, "false if exists, absent", `{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}`, "", true},
		{pageOperators, "false if exists, true", `{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}`, "aws:MultiFactorAuthPresent=true", false},
		{pageOperators, "no boolean", `{"Bool":{"aws:MultiFactorAuthPresent":"yes"}}`, "aws:MultiFactorAuthPresent=yes", false},
		{pageOperators, "binary", `{"BinaryEquals":{"key":"QmluYXJ5VmFsdWVJbkJhc2U2NA=="}}`, "key=QmluYXJ5VmFsdWVJbkJhc2U2NA==", true},
		{pageOperators, "binary, other", `{"BinaryEquals":{"key":"QmluYXJ5VmFsdWVJbkJhc2U2NA=="}}`, "key=QmluYXJ5", false},
		{pageOperators, "binary, not base64", `{"BinaryEquals":{"key":"???"}}`, "key=???", false},
		{pageOperators, "null, absent", `{"Null":{"aws:TokenIssueTime":"true"}}`, "", true},
		{pageOperators, "null, present", `{"Null":{"aws:TokenIssueTime":"true"}}`, "aws:TokenIssueTime=x", false},
		{pageOperators, "not null, present", `{"Null":{"aws:TokenIssueTime":"false"}}`, "aws:TokenIssueTime=x", true},
		{pageOperators, "not null, absent", `{"Null":{"aws:TokenIssueTime":"false"}}`, "", false},
		{pageOperators, "null as JSON boolean", `{"Null":{"aws:TokenIssueTime":true}}`, "", true},
	})
}

func TestAddressConditions(t *testing.T) {
	runConditions(t, []conditionRow{
		{pageOperators, "in the range", `{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, "aws:SourceIp=203.0.113.7", true},
		{pageOperators, "outside the range", `{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, "aws:SourceIp=203.0.114.7", false},
		{pageOperators, "range with host bits", `{"IpAddress":{"aws:SourceIp":"203.0.113.9/24"}}`, "aws:SourceIp=203.0.113.7", true},
		{pageOperators, "one address", `{"IpAddress":{"aws:SourceIp":"203.0.113.7"}}`, "aws:SourceIp=203.0.113.7", true},
		{pageOperators, "one of several ranges", `{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","203.0.113.0/24"]}}`, "aws:SourceIp=203.0.113.7", true},
		{pageOperators, "IPv6", `{"IpAddress":{"aws:SourceIp":"2001:DB8:1234:5678::/64"}}`, "aws:SourceIp=2001:db8:1234:5678::1", true},
		{pageOperators, "IPv6, outside", `{"IpAddress":{"aws:SourceIp":"2001:DB8:1234:5678::/64"}}`, "aws:SourceIp=2001:db8:1234:5679::1", false},
		{pageOperators, "IPv4 in IPv6", `{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, "aws:SourceIp=::ffff:203.0.113.7", true},
		{pageOperators, "no address", `{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, "aws:SourceIp=eks.amazonaws.com", false},
		{pageOperators, "absent", `{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}`, "", false},
		{pageOperators, "not in the range", `{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, "aws:SourceIp=198.51.100.1", true},
		{pageOperators, "not in either range", `{"NotIpAddress":{"aws:SourceIp":["203.0.113.0/24","198.51.100.0/24"]}}`, "aws:SourceIp=198.51.100.1", false},
		{pageOperators, "not in the range, absent", `{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, "", true},
	})
}

func TestARNConditions(t *testing.T) {
	runConditions(t, []conditionRow{
		{pageOperators, "equals", `{"ArnEquals":{"aws:PrincipalArn":"` + role + `"}}`, "aws:PrincipalArn=" + role, true},
		{pageOperators, "equals takes wildcards as like does", `{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}`, "aws:PrincipalArn=" + role, true},
		{pageOperators, "like", `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/team/*"}}`, "aws:PrincipalArn=" + role, true},
		{pageOperators, "like, segment by segment", `{"ArnLike":{"aws:PrincipalArn":"arn:aws:*:role/team/deployer"}}`, "aws:PrincipalArn=" + role, false},
		{pageOperators, "like is case sensitive", `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/Team/*"}}`, "aws:PrincipalArn=" + role, false},
		{pageOperators, "like, cut off", `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam"}}`, "aws:PrincipalArn=" + role, false},
		{pageOperators, "like, no ARN", `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}}`, "aws:PrincipalArn=deployer", false},
		{pageOperators, "like, absent", `{"ArnLike":{"aws:PrincipalArn":"*"}}`, "", false},
		{pageOperators, "not equals", `{"ArnNotEquals":{"aws:PrincipalArn":"` + role + `"}}`, "aws:PrincipalArn=" + alice, true},
		{pageOperators, "not like, but like", `{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}}`, "aws:PrincipalArn=" + role, false},
		{pageOperators, "not like, absent", `{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}}`, "", true},
		{pageOperators, "string operators take an ARN as text", `{"StringLike":{"aws:PrincipalArn":"arn:aws:*:role/team/deployer"}}`, "aws:PrincipalArn=" + role, true},
	})
}

func TestMultivaluedConditions(t *testing.T) {
	runConditions(t, []conditionRow{
		{pageMultivalued, "all values, all fit", `{"ForAllValues:StringEquals":{"aws:TagKeys":["env","team"]}}`, "aws:TagKeys=env|team", true},
		{pageMultivalued, "all values, one fits", `{"ForAllValues:StringEquals":{"aws:TagKeys":["env","team"]}}`, "aws:TagKeys=env", true},
		{pageMultivalued, "all values, one too many", `{"ForAllValues:StringEquals":{"aws:TagKeys":["env","team"]}}`, "aws:TagKeys=env|cost", false},
		{pageMultivalued, "all values, absent", `{"ForAllValues:StringEquals":{"aws:TagKeys":["env","team"]}}`, "", true},
		{pageMultivalued, "all values and not null, absent", `{"ForAllValues:StringEquals":{"aws:TagKeys":["env"]},"Null":{"aws:TagKeys":"false"}}`, "", false},
		{pageMultivalued, "all values like", `{"ForAllValues:StringLike":{"aws:TagKeys":["eks:*","kubernetes.io/*"]}}`, "aws:TagKeys=eks:a|kubernetes.io/b", true},
		{pageMultivalued, "all values differ", `{"ForAllValues:StringNotEquals":{"aws:TagKeys":["env"]}}`, "aws:TagKeys=team|cost", true},
		{pageMultivalued, "all values differ, one does not", `{"ForAllValues:StringNotEquals":{"aws:TagKeys":["env"]}}`, "aws:TagKeys=team|env", false},
		{pageMultivalued, "any value fits", `{"ForAnyValue:StringEquals":{"aws:TagKeys":["env","team"]}}`, "aws:TagKeys=cost|env", true},
		{pageMultivalued, "any value, none fits", `{"ForAnyValue:StringEquals":{"aws:TagKeys":["env","team"]}}`, "aws:TagKeys=cost|owner", false},
		{pageMultivalued, "any value, absent", `{"ForAnyValue:StringEquals":{"aws:TagKeys":["env","team"]}}`, "", false},
		{pageMultivalued, "any value differs", `{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["env"]}}`, "aws:TagKeys=env|team", true},
		{pageMultivalued, "any value differs, none does", `{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["env"]}}`, "aws:TagKeys=env", false},
		{pageMultivalued, "any value differs, absent", `{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["env"]}}`, "", false},
		{pageMultivalued, "any ARN", `{"ForAnyValue:ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/team/*"}}`, "aws:PrincipalArn=" + alice + "|" + role, true},
		{pageMultivalued, "any value if exists, absent", `{"ForAnyValue:StringEqualsIfExists":{"aws:TagKeys":"env"}}`, "", true},
	})
}

// Without a set operator AWS leaves open what several values mean; an Allow must not live on it, a Deny must.
func TestSeveralValuesWithoutSetOperator(t *testing.T) {
	for effect, want := range map[string]Outcome{"Allow": ImplicitDeny, "Deny": ExplicitDeny} {
		s := `{"Effect":"` + effect + `","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:TagKeys":"env"}}}`
		r := Request{Principal: userAlice(), Action: "eks:TagResource", Resource: cluster, Context: keys("aws:TagKeys=env|team")}
		if got := Evaluate(&r, &Set{Identity: policies(t, Inline, s)}).Outcome; got != want {
			t.Errorf("%s: %v, want %v; see %s", effect, got, want, pageMultivalued)
		}
	}
}
