package authenticator

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/sirupsen/logrus"
	"sigs.k8s.io/aws-iam-authenticator/pkg/token"
)

// Identity is whom the authenticator takes a caller for.
type Identity = token.Identity

// quiet keeps the authenticator's packages from logging to our streams: what they would log is in what they return.
var quiet = sync.OnceFunc(func() { logrus.SetOutput(io.Discard) })

// errReachedSTS stands for the call that is not made.
var errReachedSTS = errors.New("the token would be sent to STS")

// transport guards http.DefaultTransport, which the verifier takes and which cannot be given to it.
var transport sync.Mutex

// refuse ends each request before it leaves.
type refuse struct{}

// RoundTrip makes no connection.
func (refuse) RoundTrip(*http.Request) (*http.Response, error) { return nil, errReachedSTS }

// CheckToken runs the authenticator's checks of a token, as a cluster of a partition and region would, up to its call of
// STS, which is not made. Nil means that the token would be sent to STS. The error is the very one that is logged.
//
// For the time of the call http.DefaultTransport is replaced, so that no other part of the program may use it meanwhile.
func CheckToken(text, partition, region string) error {
	quiet()
	transport.Lock()
	defer transport.Unlock()
	usual := http.DefaultTransport
	http.DefaultTransport = refuse{}
	defer func() { http.DefaultTransport = usual }()
	_, err := token.NewVerifier("any", partition, region).Verify(text)
	if err != nil && strings.Contains(err.Error(), errReachedSTS.Error()) {
		return nil
	}
	return err
}
