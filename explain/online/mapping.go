package online

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/eksauth/eksauth/explain/authenticator"
	"github.com/eksauth/eksauth/explain/cluster"
	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/mapping"
	"github.com/eksauth/eksauth/explain/token"
	"github.com/eksauth/eksauth/internal/events"
)

// mappingReasons finds out why the authenticator has not mapped the caller: the entry of another principal ID, the mode, or
// what is wrong with aws-auth.
func (w *walk) mappingReasons(ctx context.Context, reason hop.Reason) []hop.Reason {
	caller, err := mapping.NewCaller(w.caller)
	if err != nil {
		return []hop.Reason{reason}
	}
	if hidden := w.hidden(ctx, reason); hidden != nil {
		return []hop.Reason{*hidden}
	}
	if w.isCreator(caller.CanonicalARN) && !w.Cluster.CreatorEnters {
		return []hop.Reason{w.shutOut(reason)}
	}
	if found := w.otherID(caller); found != "" {
		reason.Cause, reason.Text = 19, "the access entry is of an earlier principal of the same name, with the ID "+found
		reason.Fix = "delete the access entry and create it again"
		return []hop.Reason{reason}
	}
	return w.unmapped(ctx, caller, reason)
}

// unmapped says why neither access entries nor aws-auth map the caller.
func (w *walk) unmapped(ctx context.Context, caller *authenticator.Identity, reason hop.Reason) []hop.Reason {
	text, err := cluster.ReadAWSAuth(ctx, w.Cluster.Admin, "")
	auth := mapping.AWSAuth{Name: "aws-auth", Text: text}
	switch {
	case w.entriesOnly() && err == nil && auth.Find(caller) != nil:
		reason.Cause, reason.Text = 23, "aws-auth maps the caller, and the authentication mode API does not read it"
		reason.Fix = "aws eks create-access-entry --cluster-name " + w.Cluster.Name + " --principal-arn " + caller.CanonicalARN
	case w.entriesOnly():
		reason.Cause, reason.Text = 17, "identity is not mapped: no access entry is of "+caller.CanonicalARN
		reason.Fix = "aws eks create-access-entry --cluster-name " + w.Cluster.Name + " --principal-arn " + caller.CanonicalARN
	case errors.Is(err, cluster.ErrNoAWSAuth):
		reason.Cause, reason.Text, reason.Fix = 17, err.Error()+", and only its creator enters", "create it, with an entry for "+caller.CanonicalARN
	case err != nil:
		reason.Evidence = append(reason.Evidence, err.Error())
	case auth.Find(caller) != nil:
		reason.Text, reason.Fix = "aws-auth maps the caller by now: the authenticator had not read it yet", "try again"
	default:
		reasons := auth.Reasons(caller)
		if reasons[0].Cause == 17 && instanceID.MatchString(caller.SessionName) {
			reasons[0] = unmappedNode(caller)
		}
		reasons[0].Evidence = append(reasons[0].Evidence, reason.Evidence...)
		return reasons
	}
	return []hop.Reason{reason}
}

// hidden says that keys of the environment are somebody else than the profile that was named; nil if they are not.
func (w *walk) hidden(ctx context.Context, reason hop.Reason) *hop.Reason {
	if w.Profile == nil || w.Profile.Hides == nil {
		return nil
	}
	meant, err := w.identity(ctx, w.Profile.Hides)
	if err != nil || meant == w.caller {
		return nil
	}
	reason.Cause, reason.Text = 29, "AWS_ACCESS_KEY_ID stands before the profile "+w.Profile.Hides.Name+" and is somebody else"
	reason.Evidence = append(mapping.Beside(w.caller, meant), reason.Evidence...)
	reason.Fix = "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN"
	return &reason
}

// otherID returns the principal ID of an access entry that has the caller's ARN; the authenticator has found none of its ID.
func (w *walk) otherID(caller *authenticator.Identity) string {
	entries := w.entries()
	for _, role := range entries.Roles {
		if arn, err := authenticator.StripPath(role.RoleARN); err == nil && strings.EqualFold(arn, caller.CanonicalARN) {
			return role.UserId
		}
	}
	for _, user := range entries.Users {
		if strings.EqualFold(user.UserARN, caller.CanonicalARN) {
			return user.UserId
		}
	}
	return ""
}

// entries are the access entries that the authenticator has; none if they cannot be read.
func (w *walk) entries() (found struct {
	Roles []authenticator.Role `json:"mapRoles"`
	Users []authenticator.User `json:"mapUsers"`
}) {
	readJSON(w.Cluster.Entries, &found)
	return found
}

// entriesOnly tells whether the cluster's authentication mode reads access entries alone.
func (w *walk) entriesOnly() bool {
	var mode struct {
		BackendMode string `json:"backendMode"`
	}
	return readJSON(w.Cluster.Mode, &mode) && mode.BackendMode != "" && !strings.Contains(mode.BackendMode, "ConfigMap")
}

func readJSON(path string, target any) bool {
	data, err := os.ReadFile(path)
	return err == nil && json.Unmarshal(data, target) == nil
}

// goodFor asks STS whether the token was signed for a cluster, as that cluster's authenticator would.
func (w *walk) goodFor(ctx context.Context, clusterName string) bool {
	decoded, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(w.token, token.Prefix))
	if err != nil {
		return false
	}
	target, err := url.Parse(string(decoded))
	if err != nil {
		return false
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/?%s", w.Gateway, target.RawQuery), nil)
	if err != nil {
		return false
	}
	request.Host = target.Host
	request.Header.Set("User-Agent", events.ExplanationAgent)
	request.Header.Set(token.ClusterHeader, clusterName)
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	return response.StatusCode == http.StatusOK
}
