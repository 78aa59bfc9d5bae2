package controlplane

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const accountRoot = "arn:aws:iam::534000000385:"

var (
	creator = Mapping{ARN: accountRoot + "user/arseniy", Username: "kubernetes-admin", Groups: []string{MastersGroup}}
	entry   = Mapping{
		ARN: accountRoot + "role/deployer", PrincipalID: "AROADEPLOYER", Username: "deployer:{{SessionName}}", Groups: []string{"deployers"},
	}
)

func TestAccessFileHoldsTheNewTextAlone(t *testing.T) {
	file := accessFile{path: filepath.Join(t.TempDir(), "entries.json"), kind: "entries"}
	now := time.Unix(1_700_000_000, 0)
	for _, entries := range [][]Mapping{{creator, entry}, nil, {entry}} {
		if err := file.write(now, entriesFields(entries)); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(file.path)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(content, &got); err != nil {
		t.Fatalf("%v: %s", err, content)
	}
	want := map[string]any{
		"LastUpdatedDateTime": "1700000000", "Version": "entries-3", "mapUsers": nil,
		"mapRoles": []any{map[string]any{
			"rolearn": entry.ARN, "userid": entry.PrincipalID, "username": entry.Username, "groups": []any{"deployers"},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
}
