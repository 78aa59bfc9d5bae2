package emulator

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/eksauth/eksauth/fakeec2"
)

// administered is a cluster that gives whoever runs it a way in.
type administered interface{ HTTPClient() *http.Client }

// removeNode deletes the Node object of an instance, if the cluster has one.
func removeNode(ctx context.Context, running *controlPlane, i *fakeec2.Instance) error {
	admin, ok := running.Cluster.(administered)
	if !ok {
		return nil
	}
	url := running.Endpoint() + "/api/v1/nodes/" + i.PrivateDNSName()
	var node struct{ Spec struct{ ProviderID string } }
	status, err := call(ctx, admin.HTTPClient(), http.MethodGet, url, &node)
	if status == http.StatusNotFound || err == nil && node.Spec.ProviderID != providerID(i.Zone, i.ID) {
		return nil
	}
	if err == nil {
		_, err = call(ctx, admin.HTTPClient(), http.MethodDelete, url, nil)
	}
	return err
}

// call makes a request without a body and reads the answer into out, if that is not nil.
func call(ctx context.Context, client *http.Client, method, url string, out any) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, controlTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return 0, fmt.Errorf("%s %s: %w", method, url, err)
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, fmt.Errorf("%s %s: %w", method, url, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("%s: %s", response.Status, body)
	}
	if err == nil && out != nil {
		err = json.Unmarshal(body, out)
	}
	if err != nil {
		err = fmt.Errorf("%s %s: %w", method, url, err)
	}
	return response.StatusCode, err
}

// regionOf returns the region in an ARN.
func regionOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[3]
}
