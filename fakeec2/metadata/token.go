package metadata

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/eksauth/eksauth/fakeec2"
)

// The session tokens of version 2
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html).
const (
	tokenPath      = "/latest/api/token"
	ttlHeader      = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"
	tokenHeader    = "X-Aws-Ec2-Metadata-Token"
	maxTokenTTL    = 21600 // seconds, six hours
	tokenBodyBytes = 16    // the expiry and randomness
)

// serveToken gives a session token. A request that has passed a proxy is refused, as AWS does it, so that an open proxy on
// the instance does not give its credentials away.
func (s *Service) serveToken(w http.ResponseWriter, r *http.Request, instance *fakeec2.Instance) {
	switch {
	case r.Method != http.MethodPut:
		fail(w, http.StatusMethodNotAllowed)
		return
	case r.Header.Get("X-Forwarded-For") != "":
		fail(w, http.StatusForbidden)
		return
	}
	seconds, err := strconv.Atoi(r.Header.Get(ttlHeader))
	if err != nil || seconds < 1 || seconds > maxTokenTTL {
		fail(w, http.StatusBadRequest)
		return
	}
	token, err := s.newToken(time.Duration(seconds) * time.Second)
	if err != nil {
		s.cfg.Log.Error("a metadata token cannot be made", "instance", instance.ID, "error", err)
		fail(w, http.StatusInternalServerError)
		return
	}
	if err := limitHops(w, r, instance.Metadata.HopLimit); err != nil {
		s.cfg.Log.Warn("the hop limit of a metadata token cannot be set", "instance", instance.ID, "error", err)
	}
	w.Header().Set("Content-Type", "text/plain")
	w.Header().Set(ttlHeader, strconv.Itoa(seconds))
	_, _ = io.WriteString(w, token) // a client that hung up is nobody's error
}

// newToken makes a token that carries its own expiry, so that none has to be kept.
func (s *Service) newToken(lifetime time.Duration) (string, error) {
	body := binary.BigEndian.AppendUint64(nil, uint64(s.cfg.Now().Add(lifetime).UnixMilli()))
	body = append(body, make([]byte, tokenBodyBytes-len(body))...)
	if _, err := io.ReadFull(s.cfg.Rand, body[8:]); err != nil {
		return "", err
	}
	return base64.URLEncoding.EncodeToString(append(body, s.sign(string(body))...)), nil
}

// admits tells whether a request may read. A token that is given must be good, also where none is needed.
func (s *Service) admits(r *http.Request, instance *fakeec2.Instance) bool {
	token := r.Header.Get(tokenHeader)
	if token == "" {
		return instance.Metadata.TokensOptional
	}
	raw, err := base64.URLEncoding.DecodeString(token)
	if err != nil || len(raw) < tokenBodyBytes {
		return false
	}
	body, signature := raw[:tokenBodyBytes], raw[tokenBodyBytes:]
	expires := time.UnixMilli(int64(binary.BigEndian.Uint64(body)))
	return hmac.Equal(signature, s.sign(string(body))) && s.cfg.Now().Before(expires)
}
