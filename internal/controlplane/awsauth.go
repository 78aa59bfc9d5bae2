package controlplane

import (
	"context"
	"fmt"
	"maps"
	"net/http"
)

// configMaps is the collection in which EKS keeps aws-auth.
const configMaps = "/api/v1/namespaces/kube-system/configmaps"

// editAttempts bounds how often an edit is made anew because somebody else has changed aws-auth meanwhile.
const editAttempts = 5

// EditAWSAuth changes the data of aws-auth by edit, which is called again if somebody else was faster. All else of the object
// stays. aws-auth is made if there is none, and not written if edit changes nothing.
func (c *Client) EditAWSAuth(ctx context.Context, edit func(data map[string]string) error) error {
	for range editAttempts {
		written, err := c.tryEditAWSAuth(ctx, edit)
		if written || err != nil {
			return err
		}
	}
	return fmt.Errorf("edit aws-auth: somebody else has changed it %d times meanwhile", editAttempts)
}

func (c *Client) tryEditAWSAuth(ctx context.Context, edit func(data map[string]string) error) (written bool, err error) {
	object := map[string]any{}
	status, err := c.Get(ctx, AWSAuthPath, &object)
	if err != nil {
		return false, fmt.Errorf("read aws-auth: %w", err)
	}
	if status != http.StatusOK && status != http.StatusNotFound {
		return false, fmt.Errorf("read aws-auth: status %d", status)
	}
	before := dataOf(object)
	data := maps.Clone(before)
	if err := edit(data); err != nil {
		return false, fmt.Errorf("edit aws-auth: %w", err)
	}
	if maps.Equal(before, data) {
		return true, nil
	}
	if object["data"] = data; status == http.StatusNotFound {
		object["apiVersion"], object["kind"] = "v1", "ConfigMap"
		object["metadata"] = map[string]string{"name": "aws-auth", "namespace": "kube-system"}
		return c.Create(ctx, configMaps, object)
	}
	status, err = c.send(ctx, http.MethodPut, AWSAuthPath+"?fieldManager="+fieldManager, "application/json", object)
	if status == http.StatusConflict {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("write aws-auth: %w", err)
	}
	return true, nil
}

// dataOf reads the data of a ConfigMap as it comes from an API server.
func dataOf(object map[string]any) map[string]string {
	data := map[string]string{}
	read, _ := object["data"].(map[string]any)
	for key, value := range read {
		if text, ok := value.(string); ok {
			data[key] = text
		}
	}
	return data
}
