package fakeec2

import (
	"fmt"
	"time"

	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
)

// serviceName is whom the trust policy of an instance's role must trust.
const serviceName = "ec2.amazonaws.com"

// MayAssume tells whether a role's trust policy lets EC2 itself assume it, for an instance to act as the role.
func MayAssume(role *directory.Role, now time.Time) (bool, error) {
	doc, err := policy.Parse(policy.Trust, role.Trust)
	if err != nil {
		return false, fmt.Errorf("read the trust policy of %s: %w", role.ARN(), err)
	}
	keys := policy.Context{}
	keys.SetTime(now)
	request := policy.Request{
		Principal: policy.Principal{Type: policy.Service, Name: serviceName}, Action: "sts:AssumeRole",
		Resource: role.ARN(), ResourceAccount: role.Account, Context: keys,
	}
	set := policy.Set{Resource: []policy.Policy{{Doc: doc, Name: role.Name}}}
	return policy.Evaluate(&request, &set).Allowed(), nil
}
