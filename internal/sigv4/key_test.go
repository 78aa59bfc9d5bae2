package sigv4

import (
	"encoding/hex"
	"strconv"
	"testing"
)

// The values are those of the derivation example in the AWS General Reference, "Examples of how to derive a signing key".
func TestDeriveKey(t *testing.T) {
	key := deriveKey("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", Scope{Date: "20120215", Region: "us-east-1", Service: "iam"})
	const want = "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d"
	if got := hex.EncodeToString(key[:]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestKeyCacheIsBoundedAndKeepsKeysApart(t *testing.T) {
	var cache keyCache
	for i := range 3 * maxCachedKeys {
		scope := Scope{Date: "20260314", Region: "r" + strconv.Itoa(i), Service: "sts"}
		for range 2 {
			if cache.get("a", scope) != deriveKey("a", scope) {
				t.Fatalf("wrong key for %+v", scope)
			}
		}
		if len(cache.keys) > maxCachedKeys {
			t.Fatalf("got %d keys, want at most %d", len(cache.keys), maxCachedKeys)
		}
	}
	scope := Scope{Date: "20260314", Region: "us-east-2", Service: "sts"}
	if cache.get("old", scope) == cache.get("new", scope) {
		t.Error("two secrets have one key")
	}
}
