package directory_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/store"
)

func TestASnapshotCarriesEverything(t *testing.T) {
	d, keys, c := people(t)
	grant(t, d, "yaroslav", `{"Effect":"Allow","Action":"eks:*","Resource":"*"}`)
	err := d.Update(t.Context(), func(tx *directory.Tx) error {
		directory.Put(tx, &directory.Item{Kind: "cluster", Account: account, Region: "us-east-2", Name: "Main", Data: []byte(`{"v":"1.36"}`)})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var saved bytes.Buffer
	if err := d.Export(&saved); err != nil {
		t.Fatal(err)
	}
	session := issue(t, d, nodeSession(t, d))

	elsewhere := open(t, store.NewMemory(), c)
	if _, err := elsewhere.CreateAccount(t.Context(), "111122223333", "gone"); err != nil {
		t.Fatal(err)
	}
	if err := elsewhere.Import(t.Context(), bytes.NewReader(saved.Bytes())); err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := elsewhere.Export(&again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(saved.String(), again.String()); diff != "" {
		t.Errorf("snapshot (-saved +restored):\n%s", diff)
	}
	if secret, _, err := elsewhere.Authenticate(t.Context(), keys[0].AccessKeyID, ""); err != nil || secret != keys[0].SecretAccessKey {
		t.Errorf("a key elsewhere: %v", err)
	}
	if _, _, err := elsewhere.Authenticate(t.Context(), session.AccessKeyID, session.SessionToken); err != nil {
		t.Errorf("a session elsewhere, with the same sealing key: %v", err)
	}
}

func TestABrokenSnapshotChangesNothing(t *testing.T) {
	d, keys, _ := people(t)
	for name, text := range map[string]string{
		"cut":           `{"key":"account/534`,
		"unknown kind":  `{"key":"planet/mars","value":{}}`,
		"another key":   `{"key":"user/534000000385/a","value":{"account":"534000000385","name":"b"}}`,
		"no such value": `{"key":"user/534000000385/a","value":"text"}`,
	} {
		if err := d.Import(t.Context(), strings.NewReader(text)); err == nil {
			t.Errorf("%s: imported", name)
		}
	}
	if _, _, err := d.Authenticate(t.Context(), keys[0].AccessKeyID, ""); err != nil {
		t.Errorf("a key after broken imports: %v", err)
	}
}
