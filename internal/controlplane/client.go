package controlplane

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	// requestTimeout bounds one request to a server on this machine.
	requestTimeout = 10 * time.Second
	// fieldManager is the owner of the fields that Apply sets.
	fieldManager = "eksauth"
)

// pollInterval is the time between two looks at something that is to become ready.
const pollInterval = 20 * time.Millisecond

// Client is a plain client of one API server.
type Client struct {
	// Endpoint is the API server's URL.
	Endpoint string
	HTTP     *http.Client
}

// Apply creates or changes one object by server-side apply and takes over fields that somebody else set. path is that of
// the object, as in /api/v1/namespaces/kube-system/configmaps/aws-auth. See
// https://kubernetes.io/docs/reference/using-api/server-side-apply/.
func (c *Client) Apply(ctx context.Context, path string, object any) error {
	_, err := c.send(ctx, http.MethodPatch, path+"?force=true&fieldManager="+fieldManager, "application/apply-patch+yaml", object)
	if err != nil {
		return fmt.Errorf("apply %s: %w", path, err)
	}
	return nil
}

// Create creates one object unless it exists, and tells whether it did. collection is the path of its kind, as in
// /api/v1/namespaces/kube-system/configmaps.
func (c *Client) Create(ctx context.Context, collection string, object any) (created bool, err error) {
	status, err := c.send(ctx, http.MethodPost, collection+"?fieldManager="+fieldManager, "application/json", object)
	if status == http.StatusConflict {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("create an object in %s: %w", collection, err)
	}
	return true, nil
}

// Replace puts one object in the place of the one at path, and tells whether there was one and it may become this one: Kubernetes
// lets some fields never change, such as the role of a binding.
func (c *Client) Replace(ctx context.Context, path string, object any) (replaced bool, err error) {
	status, err := c.send(ctx, http.MethodPut, path+"?fieldManager="+fieldManager, "application/json", object)
	if status == http.StatusNotFound || status == http.StatusUnprocessableEntity {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("replace %s: %w", path, err)
	}
	return true, nil
}

// Delete deletes one object; one that is not there is deleted already.
func (c *Client) Delete(ctx context.Context, path string) error {
	if status, err := c.send(ctx, http.MethodDelete, path, "application/json", nil); err != nil && status != http.StatusNotFound {
		return fmt.Errorf("delete %s: %w", path, err)
	}
	return nil
}

func (c *Client) send(ctx context.Context, method, path, contentType string, object any) (status int, err error) {
	body, err := json.Marshal(object)
	if err != nil {
		return 0, fmt.Errorf("encode the object: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.Endpoint+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Accept", "application/json")
	response, err := c.HTTP.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	if err == nil && response.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("%s: %s", response.Status, message(answer))
	}
	return response.StatusCode, err
}

// message takes the sentence out of a Kubernetes Status object, or returns the answer as it is.
func message(answer []byte) string {
	var status struct{ Message string }
	if json.Unmarshal(answer, &status) == nil && status.Message != "" {
		return status.Message
	}
	return string(answer)
}

// Probe asks for a path once; any answer but 200 is an error.
func (c *Client) Probe(ctx context.Context, path string) error {
	status, err := c.Get(ctx, path, nil)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s answers %d", c.Endpoint+path, status)
	}
	return err
}

// Get reads a JSON object into target, which may be nil, and returns the status code.
func (c *Client) Get(ctx context.Context, path string, target any) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Endpoint+path, nil)
	if err != nil {
		return 0, err
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && target != nil && response.StatusCode == http.StatusOK {
		err = json.Unmarshal(answer, target)
	}
	return response.StatusCode, err
}

// Poll repeats try until it succeeds. The error has the last failure.
func Poll(ctx context.Context, within time.Duration, try func() error) error {
	ctx, cancel := context.WithTimeout(ctx, within)
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
