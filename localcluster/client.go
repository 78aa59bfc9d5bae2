package localcluster

import (
	"bytes"
	"context"
	"encoding/json"
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

// HTTPClient returns a client that enters the cluster as a member of system:masters, by certificate.
func (c *Cluster) HTTPClient() *http.Client { return c.admin }

// Apply creates or changes one object by server-side apply and takes over fields that somebody else set. path is that of
// the object, as in /api/v1/namespaces/kube-system/configmaps/aws-auth. See
// https://kubernetes.io/docs/reference/using-api/server-side-apply/.
func (c *Cluster) Apply(ctx context.Context, path string, object any) error {
	_, err := c.send(ctx, http.MethodPatch, path+"?force=true&fieldManager="+fieldManager, "application/apply-patch+yaml", object)
	if err != nil {
		return fmt.Errorf("apply %s: %w", path, err)
	}
	return nil
}

// Create creates one object unless it exists, and tells whether it did. collection is the path of its kind, as in
// /api/v1/namespaces/kube-system/configmaps.
func (c *Cluster) Create(ctx context.Context, collection string, object any) (created bool, err error) {
	status, err := c.send(ctx, http.MethodPost, collection+"?fieldManager="+fieldManager, "application/json", object)
	if status == http.StatusConflict {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("create an object in %s: %w", collection, err)
	}
	return true, nil
}

func (c *Cluster) send(ctx context.Context, method, path, contentType string, object any) (status int, err error) {
	body, err := json.Marshal(object)
	if err != nil {
		return 0, fmt.Errorf("encode the object: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.endpoint+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Accept", "application/json")
	response, err := c.admin.Do(request)
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

// probe asks a server once; any answer but 200 is an error.
func probe(ctx context.Context, client *http.Client, url string) error {
	status, err := get(ctx, client, url, nil)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s answers %d", url, status)
	}
	return err
}

// get reads a JSON object into target, which may be nil, and returns the status code.
func get(ctx context.Context, client *http.Client, url string, target any) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	response, err := client.Do(request)
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
