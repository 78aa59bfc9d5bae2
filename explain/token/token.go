package token

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Token is what an EKS token says. The signature and the session token are left out.
type Token struct {
	// Size is the token's length in bytes.
	Size int `json:"size"`
	// Host is the STS endpoint that the token names; Region is the endpoint's, "global" for sts.amazonaws.com, and
	// Partition that of the region. Both are empty if the host is none of STS's.
	Host      string `json:"host"`
	Region    string `json:"region,omitempty"`
	Partition string `json:"partition,omitempty"`
	// AccessKeyID is the key that has signed; Temporary tells that it is a session's.
	AccessKeyID string `json:"accessKeyId"`
	Temporary   bool   `json:"temporary"`
	// SessionToken tells whether the token carries a session token.
	SessionToken bool `json:"sessionToken"`
	// Scope is the credential scope without the key: date/region/service/aws4_request.
	Scope string `json:"scope"`
	// Signed is when the token was made; zero if that cannot be read.
	Signed time.Time `json:"signed"`
	// SignedHeaders are the headers that the signature covers. x-k8s-aws-id binds the token to a cluster; which, only its
	// signature tells.
	SignedHeaders []string `json:"signedHeaders"`

	query     url.Values
	signature int
}

// Lifetime is how long STS takes a token from its date on, whatever X-Amz-Expires says
// (https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster).
const Lifetime = 15 * time.Minute

// ClusterHeader is the header that binds a token to a cluster.
const ClusterHeader = "x-k8s-aws-id"

// dateForm is that of X-Amz-Date (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html).
const dateForm = "20060102T150405Z"

// Clean takes a token out of what people paste with it: blanks around it, the word Bearer, or the whole answer of a
// credential plugin.
func Clean(text string) string {
	text = strings.TrimSpace(text)
	var credential struct{ Status struct{ Token string } }
	if json.Unmarshal([]byte(text), &credential) == nil && credential.Status.Token != "" {
		return credential.Status.Token
	}
	text = strings.TrimPrefix(text, "Authorization: ")
	return strings.TrimSpace(strings.TrimPrefix(text, "Bearer "))
}

// Parse reads an EKS token. The error says what the text is instead.
func Parse(text string) (*Token, error) {
	if what := Foreign(text); what != "" {
		return nil, errors.New("the token is " + what)
	}
	encoded := strings.TrimPrefix(text, Prefix)
	if damage := damage(encoded); damage != "" {
		return nil, errors.New("the token is " + damage)
	}
	decoded, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return nil, fmt.Errorf("the token is damaged or truncated: %w", err)
	}
	u, err := url.Parse(string(decoded))
	if err != nil || u.Host == "" {
		return nil, errors.New("the token is damaged: what it holds is no URL")
	}
	return read(u, len(text)), nil
}

// damage says how an encoded URL came to harm on its way.
func damage(encoded string) string {
	switch {
	case encoded == "":
		return "truncated: nothing follows " + Prefix
	case strings.Contains(encoded, Prefix):
		return "doubled: " + Prefix + " stands in it twice"
	case strings.ContainsAny(encoded, " \t\r\n"):
		return "broken by blanks or line ends, as a terminal's wrapping leaves them"
	case strings.ContainsAny(encoded, "="):
		return "padded with =, which the authenticator refuses: base64url without padding is wanted"
	case strings.ContainsAny(encoded, "+/"):
		return "in the standard alphabet of base64, and the URL alphabet is wanted"
	case strings.HasSuffix(encoded, "…") || strings.HasSuffix(encoded, "..."):
		return "truncated: its end is an ellipsis"
	}
	return ""
}

func read(u *url.URL, size int) *Token {
	t := &Token{Size: size, Host: u.Host, SignedHeaders: []string{}, query: url.Values{}}
	for name, values := range u.Query() {
		t.query.Set(strings.ToLower(name), values[0])
	}
	t.Region, t.Partition = place(u.Host)
	t.AccessKeyID, t.Scope, _ = strings.Cut(t.query.Get("x-amz-credential"), "/")
	t.Temporary = strings.HasPrefix(t.AccessKeyID, "ASIA")
	t.SessionToken = t.query.Get("x-amz-security-token") != ""
	t.Signed, _ = time.Parse(dateForm, t.query.Get("x-amz-date")) // a date that cannot be read is reported by the checks
	t.signature = len(t.query.Get("x-amz-signature"))
	if headers := t.query.Get("x-amz-signedheaders"); headers != "" {
		t.SignedHeaders = strings.Split(headers, ";")
	}
	return t
}

// place is the region and partition of an STS endpoint (https://docs.aws.amazon.com/general/latest/gr/sts.html).
func place(host string) (region, partition string) {
	if host == "sts.amazonaws.com" {
		return "global", "aws"
	}
	labels := strings.Split(host, ".")
	if len(labels) < 4 || labels[0] != "sts" && labels[0] != "sts-fips" {
		return "", ""
	}
	region = labels[1]
	for _, other := range otherPartitions {
		if strings.HasPrefix(region, other.prefix) {
			return region, other.partition
		}
	}
	return region, "aws"
}

// otherPartitions are the partitions beside aws, by how their regions begin.
var otherPartitions = []struct{ prefix, partition string }{
	{"cn-", "aws-cn"}, {"us-gov-", "aws-us-gov"}, {"us-iso-", "aws-iso"}, {"us-isob-", "aws-iso-b"},
	{"eu-isoe-", "aws-iso-e"}, {"us-isof-", "aws-iso-f"}, {"eusc-", "aws-eusc"},
}

// Age is how old the token is; negative if its date is in the future.
func (t *Token) Age(now time.Time) time.Duration { return now.Sub(t.Signed) }
