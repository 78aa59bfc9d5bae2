package gateway

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/eksauth/eksauth/internal/sigv4"
)

// versions are the API versions of the query services, by which a request without signature says what it is for, such as
// AssumeRoleWithWebIdentity.
var versions = map[string]string{"2011-06-15": "sts", "2010-05-08": "iam", "2016-11-15": "ec2"}

// maxPeek bounds what is read of a form to find its version. The longest parameter of an unsigned operation, a SAML
// assertion, has 100,000 characters:
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html.
const maxPeek = 256 << 10

// claimed finds the service of a request whose host does not say it, from what the client claims. Nothing is verified:
// the service does that, and takes only signatures that are for itself. The region stays open for the same reason. The
// error is AWS's for a signature that cannot be read, or for a request that claims nothing.
func claimed(r *http.Request) (Endpoint, error) {
	claim, err := sigv4.Parse(r)
	if err == nil {
		return Endpoint{Service: claim.Scope.Service, Partition: partitionOf(claim.Scope.Region)}, nil
	}
	if refused, ok := errors.AsType[*sigv4.Error](err); !ok || refused.Code != sigv4.CodeMissingToken {
		return Endpoint{}, err
	}
	service := targeted(r.Header.Get("X-Amz-Target"))
	if service == "" {
		service = versions[version(r)]
	}
	if service == "" {
		return Endpoint{}, unclaimed(r)
	}
	return Endpoint{Service: service, Partition: partitions[0].name}, nil
}

// targeted reads the service of a target header, "Logs_20140328.FilterLogEvents" or the same behind a Java package's name.
func targeted(target string) string {
	qualified, _, _ := cutLast(target, ".")
	_, name, found := cutLast(qualified, ".")
	if !found {
		name = qualified
	}
	name, _, _ = strings.Cut(name, "_")
	return strings.ToLower(name)
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// version reads the Version parameter of the query, or of a form, whose body the handler still finds whole.
func version(r *http.Request) string {
	if v := r.URL.Query().Get("Version"); v != "" {
		return v
	}
	if r.Method != http.MethodPost || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return ""
	}
	head, err := io.ReadAll(io.LimitReader(r.Body, maxPeek))
	r.Body = peeked{io.MultiReader(bytes.NewReader(head), r.Body), r.Body}
	if err != nil {
		return "" // whoever reads the body meets the error again
	}
	form, _ := url.ParseQuery(string(head)) // what cannot be read names no version
	return form.Get("Version")
}

// peeked is a body of which some was read.
type peeked struct {
	io.Reader
	io.Closer
}
