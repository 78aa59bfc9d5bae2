package directory

import (
	"bytes"
	"strings"
	"testing"
)

func TestNothingSealedLooksLikeAnOption(t *testing.T) {
	seal, err := newSealer(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	// Without a fixed beginning, this nonce would be encoded with a dash in front.
	nonce := bytes.NewReader(bytes.Repeat([]byte{0xfb}, 64))
	sealed, err := seal.seal(nonce, "purpose", []byte("text"))
	if err != nil || strings.HasPrefix(sealed, "-") {
		t.Errorf("got %q, %v", sealed, err)
	}
	if opened, err := seal.open("purpose", sealed); err != nil || string(opened) != "text" {
		t.Errorf("opened %q, %v", opened, err)
	}
}
