package metadata_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/eksauth/eksauth/fakeec2"
)

const anyPath = "/latest/meta-data/instance-id"

func TestTokens(t *testing.T) {
	w := start(t, fakeec2.Instance{Profile: "node"}, trustEC2)
	other := start(t, fakeec2.Instance{Profile: "node"}, trustEC2)
	token, foreign := w.token(t, "60"), other.token(t, "60")
	tests := []struct {
		name, method, path string
		headers            []string
		want               int
	}{
		{"a token", http.MethodGet, anyPath, []string{tokenHeader, token}, http.StatusOK},
		{"no token", http.MethodGet, anyPath, nil, http.StatusUnauthorized},
		{"no token for what is not there", http.MethodGet, "/latest/nothing", nil, http.StatusUnauthorized},
		{"an invented token", http.MethodGet, anyPath, []string{tokenHeader, "AQAEAA=="}, http.StatusUnauthorized},
		{"a changed token", http.MethodGet, anyPath, []string{tokenHeader, token[:30] + "AAAA" + token[34:]}, http.StatusUnauthorized},
		{"another instance's token", http.MethodGet, anyPath, []string{tokenHeader, foreign}, http.StatusUnauthorized},
		{"what is not there", http.MethodGet, "/latest/nothing", []string{tokenHeader, token}, http.StatusNotFound},
		{"below a leaf", http.MethodGet, anyPath + "/more", []string{tokenHeader, token}, http.StatusNotFound},
		{"a POST", http.MethodPost, anyPath, []string{tokenHeader, token}, http.StatusMethodNotAllowed},
		{"a PUT elsewhere", http.MethodPut, anyPath, []string{ttlHeader, "60"}, http.StatusMethodNotAllowed},
		{"a GET of a token", http.MethodGet, "/latest/api/token", []string{ttlHeader, "60"}, http.StatusMethodNotAllowed},
		{"a token without lifetime", http.MethodPut, "/latest/api/token", nil, http.StatusBadRequest},
		{"a token for no time", http.MethodPut, "/latest/api/token", []string{ttlHeader, "0"}, http.StatusBadRequest},
		{"a token for too long", http.MethodPut, "/latest/api/token", []string{ttlHeader, "21601"}, http.StatusBadRequest},
		{"a token for ages", http.MethodPut, "/latest/api/token", []string{ttlHeader, "ages"}, http.StatusBadRequest},
		{"a token through a proxy", http.MethodPut, "/latest/api/token", []string{ttlHeader, "60", "X-Forwarded-For", "10.0.0.1"}, http.StatusForbidden},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if status, _, _ := w.ask(t, tt.method, tt.path, tt.headers...); status != tt.want {
				t.Errorf("status %d, want %d", status, tt.want)
			}
		})
	}
	w.now = w.now.Add(time.Minute)
	if status, _, _ := w.ask(t, http.MethodGet, anyPath, tokenHeader, token); status != http.StatusUnauthorized {
		t.Errorf("an expired token: status %d", status)
	}
}

func TestVersionOneByOption(t *testing.T) {
	w := start(t, fakeec2.Instance{Metadata: fakeec2.MetadataOptions{TokensOptional: true}}, trustEC2)
	if status, text, _ := w.ask(t, http.MethodGet, anyPath); status != http.StatusOK || text != w.instance.ID {
		t.Errorf("without a token: status %d, %q", status, text)
	}
	if status, _, _ := w.ask(t, http.MethodGet, anyPath, tokenHeader, "wrong"); status != http.StatusUnauthorized {
		t.Errorf("with a wrong token: status %d", status)
	}
}

func TestSwitchedOff(t *testing.T) {
	w := start(t, fakeec2.Instance{Metadata: fakeec2.MetadataOptions{Disabled: true, TokensOptional: true}}, trustEC2)
	if status, _, _ := w.ask(t, http.MethodGet, anyPath); status != http.StatusForbidden {
		t.Errorf("status %d", status)
	}
}

func TestTerminatedInstanceHasNoMetadata(t *testing.T) {
	w := start(t, fakeec2.Instance{Profile: "node"}, trustEC2)
	token := w.token(t, "60")
	if err := w.ec2.Terminate(t.Context(), account, region, w.instance.ID); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := w.ask(t, http.MethodGet, "/latest/meta-data/iam/security-credentials/node", tokenHeader, token); status != http.StatusNotFound {
		t.Errorf("status %d", status)
	}
}

// TestHopLimit: the answer with a token comes on a connection that ends, since its packets may not travel as far as others.
func TestHopLimit(t *testing.T) {
	w := start(t, fakeec2.Instance{Metadata: fakeec2.MetadataOptions{HopLimit: 2}}, trustEC2)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, w.url+"/latest/api/token", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set(ttlHeader, "60")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK || !response.Close {
		t.Errorf("status %d, connection ends: %v", response.StatusCode, response.Close)
	}
}
