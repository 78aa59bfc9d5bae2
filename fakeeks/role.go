package fakeeks

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
)

// The services that take on the roles of a cluster and of its parts.
const (
	eksPrincipal     = "eks.amazonaws.com"
	ec2Principal     = "ec2.amazonaws.com"
	fargatePrincipal = "eks-fargate-pods.amazonaws.com"
)

// checkRole holds that the caller may pass a role to a service, that it exists in the account, and that it trusts the
// service. The sentence is EKS's (https://docs.aws.amazon.com/eks/latest/userguide/troubleshooting.html).
func (s *Service) checkRole(ctx context.Context, arn, account, service string) error {
	if err := s.mayPass(ctx, arn, service); err != nil {
		return err
	}
	role := s.role(arn)
	if role == nil || role.Account != account || !trusts(role.Trust, service) {
		return invalidParameter("Role with arn: %s, could not be assumed because it does not exist or the trusted entity is not correct", arn)
	}
	return nil
}

// mayPass asks for iam:PassRole
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html).
func (s *Service) mayPass(ctx context.Context, arn, service string) error {
	call := awswire.CallFrom(ctx)
	keys := callers.Context(call)
	if service != "" {
		keys.Set("iam:PassedToService", service)
	}
	return s.decide(call, directory.Access{Action: "iam:PassRole", Resource: arn, Context: keys})
}

func (s *Service) decide(call *awswire.Call, access directory.Access) error {
	return s.cfg.Directory.Authorize(callers.Of(call), access)
}

// role finds a role by its ARN, path included.
func (s *Service) role(arn string) *directory.Role {
	fields := strings.SplitN(arn, ":", 6)
	if len(fields) < 6 {
		return nil
	}
	role := directory.Get(s.cfg.Directory, directory.RoleKey(fields[4], fields[5][strings.LastIndex(fields[5], "/")+1:]))
	if role == nil || role.ARN() != arn {
		return nil
	}
	return role
}

// trusts tells whether a trust policy lets a service assume the role, conditions apart.
func trusts(trust, service string) bool {
	var document struct {
		Statement list[struct {
			Effect    string
			Principal json.RawMessage
			Action    list[string]
		}]
	}
	if json.Unmarshal([]byte(trust), &document) != nil {
		return false
	}
	for _, statement := range document.Statement {
		var principal struct{ Service list[string] }
		// A principal may also be the text "*", which no service is.
		_ = json.Unmarshal(statement.Principal, &principal)
		if statement.Effect == "Allow" && slices.Contains(principal.Service, service) && slices.ContainsFunc(statement.Action, assumes) {
			return true
		}
	}
	return false
}

func assumes(action string) bool {
	return action == "*" || strings.EqualFold(action, "sts:*") || strings.EqualFold(action, "sts:AssumeRole")
}

// list is a list that may be written as its only element, as policies do.
type list[T any] []T

// UnmarshalJSON reads a list or one element.
func (l *list[T]) UnmarshalJSON(data []byte) error {
	var many []T
	if json.Unmarshal(data, &many) == nil {
		*l = many
		return nil
	}
	var one T
	if err := json.Unmarshal(data, &one); err != nil {
		return err
	}
	*l = list[T]{one}
	return nil
}
