package directory

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// maxPacked is the space for policies and tags, in compressed bytes. With it the token of EKS, which carries the session
// token in base64 in a URL in base64, stays below the 4,096 bytes that the authenticator accepts.
const maxPacked = 1536

// packFormat is the first byte of a packed session: a later format gets another one.
const packFormat = 1

// packSession encodes a session in few bytes and returns them with the packed size in percent.
func packSession(s *Session) ([]byte, int, error) {
	rest, err := packRest(s)
	if err != nil {
		return nil, 0, err
	}
	size := (len(rest)*100 + maxPacked - 1) / maxPacked
	if len(rest) > maxPacked {
		return nil, size, fmt.Errorf("%w: %d percent of the allowed size", ErrPackedTooLarge, size)
	}
	p := packer{packFormat, byte(s.Kind)}
	p.text(s.PrincipalID)
	p.text(s.Name)
	p.text(s.SourceIdentity)
	p.time(s.Issued)
	p.time(s.Expires)
	p.time(s.MFA)
	return append(p, rest...), size, nil
}

// packRest encodes and compresses what may be long.
func packRest(s *Session) ([]byte, error) {
	if s.Policy == "" && len(s.PolicyARNs)+len(s.Tags)+len(s.Transitive) == 0 {
		return nil, nil
	}
	var p packer
	p.text(s.Policy)
	p.texts(s.PolicyARNs)
	p.texts(s.Transitive)
	for _, t := range s.Tags {
		p.text(t.Key)
		p.text(t.Value)
	}
	return compress(p)
}

func unpackSession(packed []byte) (*Session, error) {
	if len(packed) < 2 || packed[0] != packFormat {
		return nil, errors.New("the session has an unknown format")
	}
	s := &Session{Kind: SessionKind(packed[1])}
	u := unpacker{rest: packed[2:]}
	s.PrincipalID = u.text()
	s.Name = u.text()
	s.SourceIdentity = u.text()
	s.Issued = u.time()
	s.Expires = u.time()
	s.MFA = u.time()
	if u.err == nil && len(u.rest) > 0 {
		u.err = unpackRest(s, u.rest)
	}
	return s, u.err
}

func unpackRest(s *Session, compressed []byte) error {
	plain, err := decompress(compressed)
	if err != nil {
		return err
	}
	u := unpacker{rest: plain}
	s.Policy = u.text()
	s.PolicyARNs = u.texts()
	s.Transitive = u.texts()
	for u.err == nil && len(u.rest) > 0 {
		s.Tags = append(s.Tags, Tag{Key: u.text(), Value: u.text()})
	}
	return u.err
}

type packer []byte

func (p *packer) text(s string) {
	*p = binary.AppendUvarint(*p, uint64(len(s)))
	*p = append(*p, s...)
}

func (p *packer) texts(all []string) {
	*p = binary.AppendUvarint(*p, uint64(len(all)))
	for _, s := range all {
		p.text(s)
	}
}

// time writes seconds since 1970; 0 is the zero time.
func (p *packer) time(t time.Time) {
	seconds := uint64(0)
	if !t.IsZero() {
		seconds = uint64(t.Unix())
	}
	*p = binary.AppendUvarint(*p, seconds)
}

// unpacker keeps the first error; after it everything is empty.
type unpacker struct {
	rest []byte
	err  error
}

var errShort = errors.New("the session is cut short")

func (u *unpacker) number() uint64 {
	n, size := binary.Uvarint(u.rest)
	if size <= 0 {
		u.err, u.rest = errShort, nil
		return 0
	}
	u.rest = u.rest[size:]
	return n
}

func (u *unpacker) text() string {
	n := u.number()
	if n > uint64(len(u.rest)) {
		u.err, u.rest = errShort, nil
		return ""
	}
	s := string(u.rest[:n])
	u.rest = u.rest[n:]
	return s
}

func (u *unpacker) texts() []string {
	var all []string
	for n := u.number(); n > 0 && u.err == nil; n-- {
		all = append(all, u.text())
	}
	return all
}

func (u *unpacker) time() time.Time {
	seconds := u.number()
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0).UTC()
}
