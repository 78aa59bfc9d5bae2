package scenario

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/eksauth/eksauth/explain/cluster"
	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/online"
	"github.com/eksauth/eksauth/explain/token"
)

// Stack is where scenarios run. The profile must be that of a user who enters by aws-auth alone.
type Stack struct {
	// Question has all but the token; its profile must be a user's.
	Question online.Question
	// ARN is the user's.
	ARN string
	// Settle is how long the authenticator may take to read aws-auth; 0 takes ten seconds.
	Settle time.Duration
}

// Result is how a scenario went.
type Result struct {
	Scenario Scenario `json:"scenario"`
	// Broken and Repaired are the explanations before and after the repair.
	Broken   *hop.Answer `json:"broken"`
	Repaired *hop.Answer `json:"repaired"`
}

// Run breaks, explains, repairs and explains again. The error says what was not as the scenario has it; aws-auth is put back
// in any case.
func Run(ctx context.Context, stack Stack, s Scenario) (result Result, err error) {
	result.Scenario = s
	before, err := cluster.ReadAWSAuth(ctx, stack.Question.Cluster.Admin, "")
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, stack.put(context.WithoutCancel(ctx), before)) }()
	list, text := s.List, s.Broken
	if list == "" {
		list, text = "mapUsers", repaired
	}
	if err := stack.apply(ctx, list, text); err != nil {
		return result, err
	}
	if result.Broken, err = stack.explain(ctx, s, s.Cause); err != nil {
		return result, err
	}
	if err := stack.apply(ctx, "mapUsers", repaired); err != nil {
		return result, err
	}
	result.Repaired, err = stack.explain(ctx, Scenario{}, 0)
	return result, err
}

const (
	defaultSettle = 10 * time.Second
	// again is how often the authenticator is asked meanwhile.
	again = 50 * time.Millisecond
)

// explain explains the attempt of a scenario until the first refusal has the cause; 0 is none.
func (s Stack) explain(ctx context.Context, scenario Scenario, cause int) (*hop.Answer, error) {
	settled, cancel := context.WithTimeout(ctx, cmp.Or(s.Settle, defaultSettle))
	defer cancel()
	for {
		made, err := s.token(ctx, scenario)
		if err != nil {
			return nil, err
		}
		q := s.Question
		q.Profile, q.Token = nil, made
		if scenario.want {
			q.Want = &online.Want{Verb: "list", Resource: "secrets", Namespace: "kube-system"}
		}
		answer, err := online.Explain(ctx, q)
		if err != nil {
			return nil, err
		}
		if causeOf(answer) == cause {
			return answer, nil
		}
		select {
		case <-settled.Done():
			return answer, fmt.Errorf("cause %d: the explanation names cause %d: %+v", cause, causeOf(answer), answer.Refusal())
		case <-time.After(again):
		}
	}
}

// causeOf is the cause of the first refusal: 0 for none, -1 for a refusal that has none.
func causeOf(a *hop.Answer) int {
	refusal := a.Refusal()
	if refusal == nil {
		return 0
	}
	if i := slices.IndexFunc(refusal.Reasons, func(r hop.Reason) bool { return r.Cause > 0 }); i >= 0 {
		return refusal.Reasons[i].Cause
	}
	return -1
}

// token makes the token of a scenario.
func (s Stack) token(ctx context.Context, scenario Scenario) (string, error) {
	p, region := s.Question.Profile, s.Question.Cluster.Region
	target := "https://sts." + region + ".amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	request.Header.Set(token.ClusterHeader, cmp.Or(scenario.cluster, s.Question.Cluster.Name))
	signed, _, err := v4.NewSigner().PresignHTTP(ctx, p.Keys, request, emptyPayload, "sts", region, s.Question.Now().Add(scenario.shift))
	if err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	if scenario.change != nil {
		u, err := url.Parse(signed)
		if err != nil {
			return "", fmt.Errorf("make a token: %w", err)
		}
		scenario.change(u)
		signed = u.String()
	}
	return token.Prefix + base64.RawURLEncoding.EncodeToString([]byte(signed)), nil
}

// emptyPayload is the SHA-256 of nothing, which a GET carries.
const emptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// apply makes aws-auth of one list.
func (s Stack) apply(ctx context.Context, list, text string) error {
	parts := strings.Split(s.ARN, ":")
	text = strings.NewReplacer("ARN", s.ARN, "ACCOUNT", parts[4], "NAME", s.ARN[strings.LastIndexByte(s.ARN, '/')+1:]).Replace(text)
	manifest, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]string{"name": "aws-auth", "namespace": "kube-system"},
		"data": map[string]string{list: text},
	})
	if err != nil {
		return fmt.Errorf("write aws-auth: %w", err)
	}
	return s.put(ctx, string(manifest))
}

// put replaces aws-auth by a manifest, YAML or JSON.
func (s Stack) put(ctx context.Context, manifest string) error {
	config, err := clientcmd.BuildConfigFromFlags("", s.Question.Cluster.Admin)
	if err != nil {
		return fmt.Errorf("write aws-auth: %w", err)
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return fmt.Errorf("write aws-auth: %w", err)
	}
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, config.Host+"/api/v1/namespaces/kube-system/configmaps/aws-auth", bytes.NewReader([]byte(manifest)))
	if err != nil {
		return fmt.Errorf("write aws-auth: %w", err)
	}
	request.Header.Set("Content-Type", "application/yaml") // of which JSON is a part
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("write aws-auth: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		answer, _ := io.ReadAll(response.Body) // the status says enough
		return fmt.Errorf("write aws-auth: %s: %s", response.Status, answer)
	}
	return nil
}
