package fakeeks

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/fakeeks/accesspolicy"
)

const (
	// authorizerPath begins the path of a cluster's authorizer: account, region and name follow.
	authorizerPath = "/authorize/"
	// authorizerClient is the name in the certificate that a kube-apiserver shows.
	authorizerClient = "kube-apiserver"
	// maxReview bounds a review; a real one has at most a token's worth of groups.
	maxReview = 1 << 20
)

// AuthorizerPath is where Authorizer answers for a cluster.
func (c *Cluster) AuthorizerPath() string {
	return authorizerPath + url.PathEscape(c.Account) + "/" + url.PathEscape(c.Region) + "/" + url.PathEscape(c.Name)
}

// Authorizer is a webhook for kube-apiservers that allows what access policies allow, and has no opinion on the rest
// (https://kubernetes.io/docs/reference/access-authn-authz/webhook/). It must be served with TLS that asks for client
// certificates: it answers only a kube-apiserver that has one of the authority of the cluster that it asks for.
func (s *Service) Authorizer() http.Handler { return http.HandlerFunc(s.serveReview) }

// review is the part of a SubjectAccessReview that counts (authorization.k8s.io/v1).
type review struct {
	APIVersion string      `json:"apiVersion"`
	Kind       string      `json:"kind"`
	Spec       *reviewSpec `json:"spec,omitempty"`
	Status     *verdict    `json:"status,omitempty"`
}

type reviewSpec struct {
	Extra              map[string][]string `json:"extra"`
	ResourceAttributes *struct {
		Namespace   string `json:"namespace"`
		Verb        string `json:"verb"`
		Group       string `json:"group"`
		Resource    string `json:"resource"`
		Subresource string `json:"subresource"`
		Name        string `json:"name"`
	} `json:"resourceAttributes"`
	NonResourceAttributes *struct {
		Path string `json:"path"`
		Verb string `json:"verb"`
	} `json:"nonResourceAttributes"`
}

type verdict struct {
	Allowed bool   `json:"allowed"`
	Reason  string `json:"reason,omitempty"`
}

func (s *Service) serveReview(w http.ResponseWriter, r *http.Request) {
	cluster, err := s.reviewed(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	var asked review
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxReview)).Decode(&asked); err != nil {
		http.Error(w, "read the review: "+err.Error(), http.StatusBadRequest)
		return
	}
	if asked.APIVersion != "authorization.k8s.io/v1" || asked.Kind != "SubjectAccessReview" || asked.Spec == nil {
		http.Error(w, "want a SubjectAccessReview of authorization.k8s.io/v1 with a spec", http.StatusBadRequest)
		return
	}
	decided, err := s.review(cluster, asked.Spec)
	if err != nil {
		s.cfg.Log.Error("an access review failed", "cluster", cluster.Name, "error", err)
		http.Error(w, "the access entries cannot be read", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	// A kube-apiserver that has gone is nobody's error.
	_ = json.NewEncoder(w).Encode(review{APIVersion: asked.APIVersion, Kind: asked.Kind, Status: &decided})
}

// reviewed is the cluster that the request comes from.
func (s *Service) reviewed(r *http.Request) (*Cluster, error) {
	words := strings.Split(strings.TrimPrefix(r.URL.Path, authorizerPath), "/")
	if !strings.HasPrefix(r.URL.Path, authorizerPath) || len(words) != 3 {
		return nil, errors.New("no cluster answers at this path")
	}
	cluster, err := s.Get(words[0], words[1], words[2])
	if err != nil || cluster == nil {
		return nil, errors.New("no cluster answers at this path")
	}
	if cluster.unborn() {
		return cluster, nil
	}
	if err := cluster.vouchFor(r); err != nil {
		return nil, err
	}
	return cluster, nil
}

// unborn says that the cluster's first start is under way: its authority is not known yet, so nobody can be vouched for. A
// review then has no opinion, whoever asks. An error would stop kubeadm, which asks as a user without rights and goes on when
// it is refused.
func (c *Cluster) unborn() bool { return len(c.CA) == 0 }

// vouchFor holds that a request has the certificate of the cluster's kube-apiserver.
func (c *Cluster) vouchFor(r *http.Request) error {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return errors.New("a client certificate is needed")
	}
	authority := x509.NewCertPool()
	authority.AppendCertsFromPEM(c.CA)
	shown := r.TLS.PeerCertificates[0]
	options := x509.VerifyOptions{Roots: authority, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	if _, err := shown.Verify(options); err != nil || shown.Subject.CommonName != authorizerClient {
		return fmt.Errorf("the client certificate is not that of the kube-apiserver of cluster %q", c.Name)
	}
	return nil
}

// review asks the access policies of the entry by which the user has come in. The authenticator tells who that is in the
// user's extra attributes, which an impersonated user does not have: as on EKS, access policies do not count there
// (https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html).
func (s *Service) review(c *Cluster, spec *reviewSpec) (verdict, error) {
	request := spec.request()
	if request == nil || !c.usesEntries() || c.unborn() {
		return verdict{}, nil
	}
	entry, err := s.entryOfUser(c, spec.Extra)
	if err != nil || entry == nil {
		return verdict{}, err
	}
	for _, a := range entry.Policies {
		policy := accesspolicy.Find(c.Partition, a.Policy)
		if policy != nil && policy.Allows(request, a.in()) {
			return verdict{Allowed: true, Reason: "EKS access policy: " + a.Policy}, nil
		}
	}
	return verdict{}, nil
}

// in is where the association holds. One that is neither of the cluster nor has a namespace holds nowhere.
func (a *association) in() accesspolicy.Scope {
	if a.Scope == types.AccessScopeTypeCluster {
		return nil
	}
	if len(a.Namespaces) == 0 {
		return accesspolicy.Scope{""}
	}
	return a.Namespaces
}

func (spec *reviewSpec) request() *accesspolicy.Request {
	if at := spec.ResourceAttributes; at != nil {
		return &accesspolicy.Request{
			Verb: at.Verb, Namespace: at.Namespace, APIGroup: at.Group, Resource: at.Resource, Subresource: at.Subresource, Name: at.Name,
		}
	}
	if at := spec.NonResourceAttributes; at != nil {
		return &accesspolicy.Request{Verb: at.Verb, Path: at.Path}
	}
	return nil
}

// The extra attributes of a user whom the authenticator lets in. Those that somebody gives to a user whom he impersonates
// have names in lower case alone, so they are never taken for the authenticator's.
const (
	extraPrincipalID = "sigs.k8s.io/aws-iam-authenticator/principalId"
	extraCanonical   = "canonicalArn"
)

// entryOfUser finds the entry by principal ID and ARN: both must fit, as they must for the authenticator.
func (s *Service) entryOfUser(c *Cluster, extra map[string][]string) (*accessEntry, error) {
	id, canonical := sole(extra[extraPrincipalID]), sole(extra[extraCanonical])
	if id == "" || canonical == "" {
		return nil, nil
	}
	for item := range s.parts(c.scope(), entryKind, c.Name) {
		if !strings.EqualFold(withoutPath(partName(item)), canonical) {
			continue
		}
		entry, err := decode[accessEntry](item)
		if err != nil {
			return nil, err
		}
		if entry.PrincipalID == id {
			return entry, nil
		}
	}
	return nil, nil
}

func sole(values []string) string {
	if len(values) != 1 {
		return ""
	}
	return values[0]
}
