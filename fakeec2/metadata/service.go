package metadata

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/eksauth/eksauth/fakeec2"
	"github.com/eksauth/eksauth/internal/directory"
)

// Config says whose metadata is served and with what.
type Config struct {
	Directory *directory.Directory
	// Account, Region and Instance name the instance.
	Account, Region, Instance string
	// Issued is told of every session that the instance gets; nil is fine.
	Issued func(Issue)
	// Now is the clock; nil means time.Now. Rand gives the randomness of tokens; nil means crypto/rand.
	Now  func() time.Time
	Rand io.Reader
	// Log gets what the instance is not told; nil discards it.
	Log *slog.Logger
}

// Issue is one session that EC2 has made of a role for an instance.
type Issue struct {
	Instance    *fakeec2.Instance
	Role        *directory.Role
	Credentials directory.Credentials
	At          time.Time
}

// Service answers as the metadata service of one instance. It is an http.Handler.
type Service struct {
	cfg Config
	// key signs tokens, which therefore are good for this instance alone.
	key []byte

	// mu guards held, the credentials that the instance has now.
	mu   sync.Mutex
	held *held
}

// New makes the metadata service of an instance.
func New(cfg Config) (*Service, error) {
	if cfg.Directory == nil || cfg.Instance == "" {
		return nil, errors.New("make the metadata service: Config.Directory and Config.Instance must be set")
	}
	if cfg.Issued == nil {
		cfg.Issued = func(Issue) {}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.Reader
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{cfg: cfg, key: make([]byte, sha256.Size)}
	if _, err := io.ReadFull(cfg.Rand, s.key); err != nil {
		return nil, fmt.Errorf("make the metadata service: %w", err)
	}
	return s, nil
}

func (s *Service) sign(text string) []byte {
	mac := hmac.New(sha256.New, s.key)
	_, _ = io.WriteString(mac, text) // a hash never fails
	return mac.Sum(nil)
}

// ServeHTTP answers one request.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Server", "EC2ws")
	instance, err := fakeec2.Find(s.cfg.Directory, s.cfg.Account, s.cfg.Region, s.cfg.Instance)
	switch {
	case err != nil:
		s.cfg.Log.Error("an instance's metadata cannot be read", "instance", s.cfg.Instance, "error", err)
		fail(w, http.StatusInternalServerError)
	case instance == nil || !instance.Running():
		fail(w, http.StatusNotFound)
	case instance.Metadata.Disabled:
		// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-returns.html
		fail(w, http.StatusForbidden)
	case r.URL.Path == tokenPath:
		s.serveToken(w, r, instance)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		fail(w, http.StatusMethodNotAllowed)
	case !s.admits(r, instance):
		fail(w, http.StatusUnauthorized)
	default:
		s.serveTree(w, r, instance)
	}
}

// serveTree answers with a leaf's text or with a folder's list. A folder is found with or without a slash at the end.
func (s *Service) serveTree(w http.ResponseWriter, r *http.Request, instance *fakeec2.Instance) {
	node, found := lookup(s.root(instance), r.URL.Path)
	if !found {
		fail(w, http.StatusNotFound)
		return
	}
	text, err := node.text()
	if err != nil {
		s.cfg.Log.Error("metadata cannot be given", "instance", instance.ID, "path", r.URL.Path, "error", err)
		fail(w, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	if strings.HasPrefix(text, "{") {
		w.Header().Set("Content-Type", "application/json")
	}
	_, _ = io.WriteString(w, text) // a client that hung up is nobody's error
}

// fail answers with the small page that EC2's server has for every error.
func fail(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<html><body><h1>%d - %s</h1></body></html>\n", status, http.StatusText(status))
}
