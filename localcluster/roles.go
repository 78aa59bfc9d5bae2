package localcluster

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

const (
	rbacGroup = "rbac.authorization.k8s.io"
	// systemRBAC is the path of the roles and bindings of kube-system.
	systemRBAC = "/apis/" + rbacGroup + "/v1/namespaces/kube-system/"
)

// prepareRoles returns when the roles that the other components need are in force. The authenticator's binding is made
// last of all, so that a cluster that has it has had everything before it.
func (c *Cluster) prepareRoles(ctx context.Context) error {
	status, err := get(ctx, c.admin, c.endpoint+systemRBAC+"rolebindings/"+authenticatorUser, nil)
	if err != nil {
		return fmt.Errorf("look for the authenticator's role: %w", err)
	}
	if status == http.StatusOK {
		return nil
	}
	c.cfg.Progress("making the built-in roles")
	err = c.poll(ctx, func() error { return probe(ctx, c.admin, c.endpoint+rolesReady) })
	if err != nil {
		return fmt.Errorf("make the built-in roles: %w", err)
	}
	return c.letAuthenticatorRead(ctx)
}

// letAuthenticatorRead lets the authenticator watch aws-auth and nothing else, and returns when that works: after a
// watch that fails it would sleep for 5 s.
func (c *Cluster) letAuthenticatorRead(ctx context.Context) error {
	metadata := map[string]any{"name": authenticatorUser}
	_, err := c.Create(ctx, systemRBAC+"roles", map[string]any{
		"metadata": metadata,
		"rules": []any{map[string]any{
			"apiGroups": []string{""}, "resources": []string{"configmaps"}, "resourceNames": []string{"aws-auth"},
			"verbs": []string{"get", "list", "watch"},
		}},
	})
	if err != nil {
		return err
	}
	_, err = c.Create(ctx, systemRBAC+"rolebindings", map[string]any{
		"metadata": metadata,
		"roleRef":  map[string]any{"apiGroup": rbacGroup, "kind": "Role", "name": authenticatorUser},
		"subjects": []any{map[string]any{"apiGroup": rbacGroup, "kind": "User", "name": authenticatorUser}},
	})
	if err != nil {
		return err
	}
	return c.waitAuthenticatorMayRead(ctx)
}

// waitAuthenticatorMayRead asks for aws-auth as the authenticator until RBAC knows it.
func (c *Cluster) waitAuthenticatorMayRead(ctx context.Context) error {
	tlsConfig, err := c.certs.clientTLS(c.certs.authenticator)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: tlsConfig}}
	defer client.CloseIdleConnections()
	err = c.poll(ctx, func() error {
		status, err := get(ctx, client, c.endpoint+awsAuthPath, nil)
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

// poll repeats try until it succeeds. The error has the last failure.
func (c *Cluster) poll(ctx context.Context, try func() error) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), err)
		case <-ticker.C:
		}
	}
}
