package events

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Source is who tells of an event.
type Source string

const (
	// Gateway is a call of an AWS service.
	Gateway Source = "gateway"
	// Authenticator is a line of the authenticator's log.
	Authenticator Source = "authenticator"
	// APIServer is an event of the kube-apiserver's audit log.
	APIServer Source = "kube-apiserver"
)

// Outcome is how it ended.
type Outcome string

const (
	Allowed Outcome = "allowed"
	Refused Outcome = "refused"
)

// Event is one thing that happened. Which fields are set depends on the source. The JSON form is stable.
type Event struct {
	// Sequence counts events from 1 and has no gaps.
	Sequence uint64    `json:"sequence"`
	Time     time.Time `json:"time"`
	Source   Source    `json:"source"`
	// Attempt is the number of the attempt that the event belongs to; 0 for none.
	Attempt uint64 `json:"attempt,omitempty"`
	// Explanation tells that the event is of eksauth explain: of an attempt of its own, or of a question about another.
	Explanation bool `json:"explanation,omitempty"`
	// Hop is where on the way the event was: H1 a key that STS refuses, H3 AssumeRole, H4 the kube-apiserver's 401, H5 token,
	// H6 GetCallerIdentity, H7 mapping, H8 username, H9 authorization.
	Hop     string  `json:"hop,omitempty"`
	Outcome Outcome `json:"outcome,omitempty"`
	// Text says why, in the words of the source.
	Text string `json:"text,omitempty"`

	// Cluster is the name of the cluster whose part tells of the event.
	Cluster string `json:"cluster,omitempty"`
	// AccessKeyID is the key that signed; Issued the one that the call gave out.
	AccessKeyID string `json:"accessKeyId,omitempty"`
	Issued      string `json:"issued,omitempty"`
	// Token is the fingerprint of the EKS token, see Fingerprint.
	Token string `json:"token,omitempty"`
	// MadeFor is the cluster that a refused token was made for, if that is another one of the stack's.
	MadeFor string `json:"madeFor,omitempty"`
	// ARN is the caller's, PrincipalID the unique ID of user or role.
	ARN         string `json:"arn,omitempty"`
	PrincipalID string `json:"principalId,omitempty"`

	// Service, Operation, Region and RequestID are those of a call of AWS; Code its error.
	Service   string `json:"service,omitempty"`
	Operation string `json:"operation,omitempty"`
	Region    string `json:"region,omitempty"`
	RequestID string `json:"requestId,omitempty"`
	Code      string `json:"code,omitempty"`
	// Status is the HTTP status of the answer.
	Status int `json:"status,omitempty"`
	// Took is how long the answer took.
	Took time.Duration `json:"took,omitempty"`

	// Username and Groups are who the caller is in Kubernetes.
	Username string   `json:"username,omitempty"`
	Groups   []string `json:"groups,omitempty"`
	// Verb, Resource and Namespace are what a request of Kubernetes wants; Resource is the path if it wants none. For a call
	// that assumes a role Resource is that role's ARN.
	Verb      string `json:"verb,omitempty"`
	Resource  string `json:"resource,omitempty"`
	Namespace string `json:"namespace,omitempty"`

	SourceIP  string `json:"sourceIp,omitempty"`
	UserAgent string `json:"userAgent,omitempty"`
}

// Filter chooses events. Its zero value chooses all.
type Filter struct {
	// Attempt is the number of an attempt.
	Attempt uint64
	// Cluster is the name of a cluster. Calls of AWS, which are of none, are chosen as well.
	Cluster string
}

// Matches tells whether the event is chosen.
func (f Filter) Matches(e Event) bool {
	return (f.Attempt == 0 || e.Attempt == f.Attempt) && (f.Cluster == "" || e.Cluster == "" || e.Cluster == f.Cluster)
}

// fingerprintSize is how many bytes of the hash a fingerprint has: enough to tell the tokens of a day apart, and nothing to
// find a token by.
const fingerprintSize = 8

// Fingerprint names a token without telling it: the beginning of the SHA-256, in hexadecimal, of its credential, as
// X-Amz-Credential has it, and its signature.
func Fingerprint(credential, signature string) string {
	const usual = 256
	var text [usual]byte
	sum := sha256.Sum256(append(append(text[:0], credential...), signature...))
	return hex.EncodeToString(sum[:fingerprintSize])
}
