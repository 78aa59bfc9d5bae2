package token

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Prefix begins every EKS token.
const Prefix = "k8s-aws-v1."

// forms are other things that people paste, by their beginning.
var forms = []struct{ prefix, what string }{
	{"ya29.", "an access token of Google Cloud, as GKE takes it"},
	{"sha256~", "a token of OpenShift"},
	{"kubeconfig-u-", "a token of Rancher"},
	{"dop_v1_", "a token of DigitalOcean"},
	{"ghp_", "a token of GitHub"},
	{"AKIA", "an access key ID, not a token"},
	{"ASIA", "an access key ID, not a token"},
	{"https://", "the presigned URL by itself: a token is " + Prefix + " with that URL in base64url"},
	{"http://", "a URL by itself, and not even of STS, which has https"},
	{"-----BEGIN", "a certificate or key"},
}

var bootstrapToken = regexp.MustCompile(`^[a-z0-9]{6}\.[a-z0-9]{16}$`)

// Foreign says what a text is that is no EKS token; empty if it begins as one.
func Foreign(text string) string {
	if strings.HasPrefix(text, Prefix) {
		return ""
	}
	if text == "" {
		return "empty: the client sends no token"
	}
	for _, form := range forms {
		if strings.HasPrefix(text, form.prefix) {
			return form.what
		}
	}
	if bootstrapToken.MatchString(text) {
		return "a bootstrap token of Kubernetes"
	}
	if jwt := describeJWT(text); jwt != "" {
		return jwt
	}
	return fmt.Sprintf("unknown: it begins with %.8q, and an EKS token with %q", text, Prefix)
}

// issuers are those whose tokens are often taken for EKS's.
var issuers = []struct{ part, what string }{
	{"accounts.google.com", "Google"},
	{"login.microsoftonline.com", "Microsoft Entra ID"},
	{"sts.windows.net", "Microsoft Entra ID"},
	{"cognito-idp.", "Amazon Cognito"},
	{"token.actions.githubusercontent.com", "GitHub Actions"},
}

// describeJWT says whose JSON Web Token (RFC 7519) the text is; empty if it is none.
func describeJWT(text string) string {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return ""
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return ""
	}
	var claims struct {
		Issuer     string          `json:"iss"`
		Subject    string          `json:"sub"`
		Kubernetes json.RawMessage `json:"kubernetes.io"`
	}
	if json.Unmarshal(payload, &claims) != nil {
		return ""
	}
	if claims.Kubernetes != nil || strings.HasPrefix(claims.Subject, "system:serviceaccount:") {
		return fmt.Sprintf("a JSON Web Token of the service account %s: the API server checks it itself, the authenticator never sees it", claims.Subject)
	}
	for _, issuer := range issuers {
		if strings.Contains(claims.Issuer, issuer.part) {
			return "a JSON Web Token of " + issuer.what
		}
	}
	return fmt.Sprintf("a JSON Web Token of the issuer %q", claims.Issuer)
}
