package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"strings"
	"sync"
)

// maxCachedKeys bounds the cache. A full cache is emptied, not pruned: that is simple, and deriving a key again takes
// about two microseconds.
const maxCachedKeys = 512

type signingKey [sha256.Size]byte

// keyCache keeps derived signing keys, which stay the same for a day. The secret is part of the lookup, so a changed
// or revoked secret can never find the key of the old one. The zero value is ready for use.
type keyCache struct {
	mu   sync.Mutex
	keys map[cachedKey]signingKey
}

type cachedKey struct {
	secret string
	scope  Scope
}

// clone lets go of the request whose text the scope is a part of.
func (c cachedKey) clone() cachedKey {
	c.scope.Date, c.scope.Region, c.scope.Service = strings.Clone(c.scope.Date), strings.Clone(c.scope.Region), strings.Clone(c.scope.Service)
	return c
}

func (k *keyCache) get(secret string, scope Scope) signingKey {
	entry := cachedKey{secret: secret, scope: scope}
	k.mu.Lock()
	key, found := k.keys[entry]
	k.mu.Unlock()
	if found {
		return key
	}
	key = deriveKey(secret, scope)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.keys == nil || len(k.keys) >= maxCachedKeys {
		k.keys = make(map[cachedKey]signingKey)
	}
	k.keys[entry.clone()] = key
	return key
}

// deriveKey follows
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#calculate-signature
func deriveKey(secret string, scope Scope) signingKey {
	key := []byte("AWS4" + secret)
	for _, part := range [...]string{scope.Date, scope.Region, scope.Service, terminator} {
		sum := sign(key, []byte(part))
		key = sum[:]
	}
	return signingKey(key)
}

func sign(key, message []byte) (sum [sha256.Size]byte) {
	mac := hmac.New(sha256.New, key)
	mac.Write(message)
	mac.Sum(sum[:0])
	return sum
}
