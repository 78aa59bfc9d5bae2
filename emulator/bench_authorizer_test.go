package emulator

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/localcluster"
)

// asker lists ConfigMaps of a namespace as somebody, over a connection that stays.
type asker struct {
	server, token string
	client        *http.Client
}

func newAsker(address, token string, ca []byte) asker {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}
	return asker{server: address, token: token, client: &http.Client{Transport: transport}}
}

func (a asker) list(b *testing.B, namespace string, want int) time.Duration {
	b.Helper()
	began := time.Now()
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, a.server+"/api/v1/namespaces/"+namespace+"/configmaps", nil)
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+a.token)
	response, err := a.client.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || response.StatusCode != want {
		b.Fatalf("status %d, want %d: %s %v", response.StatusCode, want, body, err)
	}
	return time.Since(began)
}

// BenchmarkAuthorizerAdds gives what the authorizer adds to a request, as the median of what one of two requests in turns takes
// longer. What nobody may do is asked of two kube-apiservers, of which one has RBAC alone. What is allowed is asked of one, for
// anna, whom RBAC allows it, and for olga, whom an access policy does. No two requests are the same, since kube-apiserver
// remembers answers.
func BenchmarkAuthorizerAdds(b *testing.B) {
	s := startBench(b)
	s.create("dev", types.AuthenticationModeApi)
	s.letIn()
	record, plain := s.record("dev"), s.startPlain()
	olga := newAsker("https://"+record.Address, s.token("olga", "dev"), record.CA)
	anna := newAsker("https://"+record.Address, s.token("anna", "dev"), record.CA)
	alone := newAsker(plain.Endpoint(), s.token("olga", "plain"), plain.CAData())
	olga.list(b, "warm", http.StatusForbidden)
	anna.list(b, "warm", http.StatusOK)
	alone.list(b, "warm", http.StatusForbidden)
	var base, noOpinion, allowed []time.Duration
	for i := 0; b.Loop(); i++ {
		denied, permitted := fmt.Sprintf("denied-%d", i), fmt.Sprintf("allowed-%d", i)
		took := alone.list(b, denied, http.StatusForbidden)
		base = append(base, took)
		noOpinion = append(noOpinion, olga.list(b, denied, http.StatusForbidden)-took)
		took = anna.list(b, permitted, http.StatusOK)
		allowed = append(allowed, olga.list(b, permitted, http.StatusOK)-took)
	}
	b.ReportMetric(0, "ns/op")
	figures(b, "rbac", base)
	figures(b, "no-opinion-adds", noOpinion)
	figures(b, "allowed-adds", allowed)
}

// letIn lets olga read by an access policy in some namespaces, and anna everywhere by RBAC.
func (b *bench) letIn() {
	b.Helper()
	ctx, dev := b.Context(), aws.String("dev")
	for _, principal := range []string{olgaARN, annaARN} {
		if _, err := b.eks.CreateAccessEntry(ctx, &eks.CreateAccessEntryInput{ClusterName: dev, PrincipalArn: &principal}); err != nil {
			b.Fatal(err)
		}
	}
	_, err := b.eks.AssociateAccessPolicy(ctx, &eks.AssociateAccessPolicyInput{
		ClusterName: dev, PrincipalArn: aws.String(olgaARN), PolicyArn: aws.String("arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"),
		AccessScope: &types.AccessScope{Type: types.AccessScopeTypeNamespace, Namespaces: []string{"allowed-*"}},
	})
	if err != nil {
		b.Fatal(err)
	}
	_, err = b.env.planes.find(b.record("dev")).Create(ctx, "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", map[string]any{
		"metadata": map[string]any{"name": "anna"},
		"roleRef":  map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
		"subjects": []any{map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": annaARN}},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.until("olga", "dev", olgaARN, time.Now())
	b.until("anna", "dev", annaARN, time.Now())
}

// startPlain starts a cluster that is as dev, but for its name and without an authorizer.
func (b *bench) startPlain() *localcluster.Cluster {
	b.Helper()
	record := *b.record("dev")
	record.Name = "plain"
	entry := fakeeks.Mapping{ARN: olgaARN, Username: olgaARN, PrincipalID: directory.Get(b.env.directory, directory.UserKey(record.Account, "olga")).ID}
	cfg := localRuntime{b.env}.config(&record, fakeeks.Access{Mode: types.AuthenticationModeApi, Entries: []fakeeks.Mapping{entry}})
	cfg.Authorizer = nil
	cluster, err := localcluster.Start(b.Context(), cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := cluster.Stop(context.Background()); err != nil {
			b.Error(err)
		}
	})
	return cluster
}
