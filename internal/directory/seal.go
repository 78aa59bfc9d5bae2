package directory

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
)

// SealingKeySize is the length of Config.SealingKey in bytes.
const SealingKeySize = 32

// errSeal says that a sealed text is not ours, was changed, or belongs to something else.
var errSeal = errors.New("the seal is broken")

// sealer turns secrets into texts that only it can open. Nothing else needs to be kept of a session.
type sealer struct {
	aead    cipher.AEAD
	secrets []byte // key from which secret access keys are derived
}

func newSealer(key []byte) (*sealer, error) {
	if len(key) != SealingKeySize {
		return nil, fmt.Errorf("the sealing key has %d bytes, want %d", len(key), SealingKeySize)
	}
	// Two purposes, two keys: a secret access key must tell nothing about the key of the tokens.
	sealing, err := hkdf.Key(sha256.New, key, nil, "eksauth session token", SealingKeySize)
	if err != nil {
		return nil, fmt.Errorf("derive the token key: %w", err)
	}
	secrets, err := hkdf.Key(sha256.New, key, nil, "eksauth secret access key", SealingKeySize)
	if err != nil {
		return nil, fmt.Errorf("derive the secrets' key: %w", err)
	}
	block, err := aes.NewCipher(sealing)
	if err != nil {
		return nil, fmt.Errorf("set up the token key: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("set up the token key: %w", err)
	}
	return &sealer{aead: aead, secrets: secrets}, nil
}

// secret returns the secret access key of a temporary access key ID.
func (s *sealer) secret(accessKeyID string) string {
	mac := hmac.New(sha256.New, s.secrets)
	mac.Write([]byte(accessKeyID))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)[:secretBytes])
}

// seal encrypts text for a purpose: only open with the same purpose gives it back. The result needs no escaping in URLs,
// since an EKS token carries it in one.
// sealFormat begins all that is sealed. Encoded, it is a letter: a dash there would look like an option on a command line.
const sealFormat = 0

func (s *sealer) seal(random io.Reader, purpose string, text []byte) (string, error) {
	nonceEnd := 1 + s.aead.NonceSize()
	out := make([]byte, nonceEnd, nonceEnd+len(text)+s.aead.Overhead())
	out[0] = sealFormat
	if _, err := io.ReadFull(random, out[1:]); err != nil {
		return "", fmt.Errorf("make a nonce: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(out, out[1:nonceEnd], text, []byte(purpose))), nil
}

func (s *sealer) open(purpose, sealed string) ([]byte, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	nonceEnd := 1 + s.aead.NonceSize()
	if err != nil || len(raw) < nonceEnd || raw[0] != sealFormat {
		return nil, errSeal
	}
	nonce, text := raw[1:nonceEnd], raw[nonceEnd:]
	opened, err := s.aead.Open(nil, nonce, text, []byte(purpose))
	if err != nil {
		return nil, errSeal
	}
	return opened, nil
}

// sealSession returns the token and the packed size in percent.
func (s *sealer) sealSession(random io.Reader, accessKeyID string, session *Session) (string, int, error) {
	packed, size, err := packSession(session)
	if err != nil {
		return "", size, err
	}
	token, err := s.seal(random, accessKeyID, packed)
	return token, size, err
}

// openSession returns the session of a token that was issued with the access key ID.
func (s *sealer) openSession(accessKeyID, token string) (*Session, error) {
	packed, err := s.open(accessKeyID, token)
	if err != nil {
		return nil, err
	}
	return unpackSession(packed)
}
