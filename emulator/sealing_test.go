package emulator

import (
	"bytes"
	"testing"
)

// TestRoleSessionsAreNamedAfterTheKey holds that a client which keeps sessions by name finds none of another stack's, and
// those of the same stack after a restart.
func TestRoleSessionsAreNamedAfterTheKey(t *testing.T) {
	one, other := bytes.Repeat([]byte{1}, sealingKeySize), bytes.Repeat([]byte{2}, sealingKeySize)
	if name := roleSessionName(one); name != roleSessionName(bytes.Clone(one)) || name == roleSessionName(other) {
		t.Errorf("names %s and %s", name, roleSessionName(other))
	}
}
