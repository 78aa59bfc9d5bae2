package controlplane

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

const (
	rbacGroup = "rbac.authorization.k8s.io"
	// systemRBAC is the path of the roles and bindings of kube-system.
	systemRBAC = "/apis/" + rbacGroup + "/v1/namespaces/kube-system/"
	// roleTimeout bounds how long a role takes to be in force.
	roleTimeout = 30 * time.Second

	// AuthenticatorBinding is the path of what [LetAuthenticatorRead] makes last.
	AuthenticatorBinding = systemRBAC + "rolebindings/" + AuthenticatorUser

	// AWSAuthPath is the path of aws-auth at an API server.
	AWSAuthPath = "/api/v1/namespaces/kube-system/configmaps/aws-auth"
	// AuthenticatorUser is whom the authenticator reads aws-auth as, named like the identity that EKS gives it
	// (https://docs.aws.amazon.com/eks/latest/userguide/default-roles-users.html).
	AuthenticatorUser = "eks:authenticator"
	// AdminUser is who enters by certificate as a member of MastersGroup, which may do everything before and without RBAC.
	AdminUser    = "eksauth:admin"
	MastersGroup = "system:masters"
)

// LetAuthenticatorRead lets the authenticator, whose client is given, watch aws-auth and nothing else, and returns when that
// works: after a watch that fails it would sleep for 5 s.
func LetAuthenticatorRead(ctx context.Context, admin, authenticator *Client) error {
	metadata := map[string]any{"name": AuthenticatorUser}
	_, err := admin.Create(ctx, systemRBAC+"roles", map[string]any{
		"metadata": metadata,
		"rules": []any{map[string]any{
			"apiGroups": []string{""}, "resources": []string{"configmaps"}, "resourceNames": []string{"aws-auth"},
			"verbs": []string{"get", "list", "watch"},
		}},
	})
	if err != nil {
		return err
	}
	_, err = admin.Create(ctx, systemRBAC+"rolebindings", map[string]any{
		"metadata": metadata,
		"roleRef":  map[string]any{"apiGroup": rbacGroup, "kind": "Role", "name": AuthenticatorUser},
		"subjects": []any{map[string]any{"apiGroup": rbacGroup, "kind": "User", "name": AuthenticatorUser}},
	})
	if err != nil {
		return err
	}
	err = Poll(ctx, roleTimeout, func() error {
		status, err := authenticator.Get(ctx, AWSAuthPath, nil)
		if err == nil && status != http.StatusOK && status != http.StatusNotFound {
			err = fmt.Errorf("aws-auth is answered with status %d", status)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("let the authenticator read aws-auth: %w", err)
	}
	return nil
}
