package online

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/internal/events"
)

// tokenReview is the question of the kube-apiserver and its answer
// (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#webhook-token-authentication).
type tokenReview struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Spec       struct {
		Token string `json:"token"`
	} `json:"spec"`
	Status struct {
		Authenticated bool `json:"authenticated"`
		User          struct {
			hop.User
			Extra map[string][]string `json:"extra"`
		} `json:"user"`
	} `json:"status"`
}

// askWebhook sends the token to the authenticator by a connection of its own, whose address finds the lines of its log.
func (w *walk) askWebhook(ctx context.Context) (*review, error) {
	config, err := clientcmd.BuildConfigFromFlags("", w.Cluster.Webhook)
	if err != nil {
		return nil, fmt.Errorf("read how the kube-apiserver reaches the authenticator: %w", err)
	}
	// The authenticator is a part of the stack: the proxy that leads a shell to AWS does not lead to it.
	config.Proxy = http.ProxyURL(nil)
	local := ""
	config.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		connection, err := new(net.Dialer).DialContext(ctx, network, address)
		if err == nil {
			local = connection.LocalAddr().String()
		}
		return connection, err
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("call the authenticator: %w", err)
	}
	defer client.CloseIdleConnections()
	before := size(w.Cluster.Log)
	answer := tokenReview{APIVersion: "authentication.k8s.io/v1beta1", Kind: "TokenReview"}
	answer.Spec.Token = w.token
	if err := post(ctx, client, config.Host, "", answer, &answer); err != nil {
		return nil, fmt.Errorf("call the authenticator: %w", err)
	}
	verdict := &review{allowed: answer.Status.Authenticated, user: &answer.Status.User.User}
	if arns := answer.Status.User.Extra["arn"]; len(arns) > 0 {
		verdict.caller = arns[0]
	}
	if !verdict.allowed {
		verdict.read(ctx, w.Cluster.Log, before, local)
	}
	return verdict, nil
}

// webhookHealth asks whether the authenticator answers, by a question that leaves no line in its log.
func (w *walk) webhookHealth(ctx context.Context) error {
	config, err := clientcmd.BuildConfigFromFlags("", w.Cluster.Webhook)
	if err != nil {
		return fmt.Errorf("read how the kube-apiserver reaches the authenticator: %w", err)
	}
	config.Proxy = http.ProxyURL(nil)
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return fmt.Errorf("call the authenticator: %w", err)
	}
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(config.Host, "/authenticate")+"/healthz", nil)
	if err != nil {
		return fmt.Errorf("call the authenticator: %w", err)
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("call the authenticator: %w", err)
	}
	return response.Body.Close()
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

const (
	// logWithin is how long the authenticator's log may lag behind its answer, and logPoll how often it is looked at.
	logWithin = time.Second
	logPoll   = 5 * time.Millisecond
)

// read waits for the refusal in the log; without one the verdict stands without its reason.
func (v *review) read(ctx context.Context, path string, offset int64, client string) {
	ctx, cancel := context.WithTimeout(ctx, logWithin)
	defer cancel()
	for {
		if v.find(path, offset, client) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(logPoll):
		}
	}
}

// find reads the lines of a client's request after an offset, up to the one that refuses.
func (v *review) find(path string, offset int64, client string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	data, err := io.ReadAll(io.NewSectionReader(file, offset, 1<<20))
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(data)) {
		if !strings.HasSuffix(line, "\n") || !strings.Contains(line, fmt.Sprintf("client=%q", client)) {
			continue
		}
		e, ok := events.ParseAuthenticatorLine(line, "")
		if !ok {
			continue
		}
		if e.Outcome == events.Refused {
			v.line = &e
			return true
		}
		v.caller = e.ARN
	}
	return false
}

// post sends a JSON object and reads the answer whatever its status, if it is JSON.
func post(ctx context.Context, client *http.Client, url, bearer string, object, target any) error {
	_, err := postStatus(ctx, client, url, bearer, object, target)
	return err
}

func postStatus(ctx context.Context, client *http.Client, url, bearer string, object, target any) (status int, err error) {
	body, err := json.Marshal(object)
	if err != nil {
		return 0, fmt.Errorf("encode the request: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err
	}
	if err := json.Unmarshal(answer, target); err != nil {
		return 0, fmt.Errorf("%s: %s", response.Status, answer)
	}
	return response.StatusCode, nil
}
