package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"

	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/message"
)

// runTimeout bounds a plugin, which may ask STS.
const runTimeout = 10 * time.Second

// credential is what a plugin prints
// (https://kubernetes.io/docs/reference/config-api/client-authentication.v1/#client-authentication-k8s-io-v1-ExecCredential).
type credential struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Status     *struct {
		Token                 string    `json:"token"`
		ClientCertificateData string    `json:"clientCertificateData"`
		Expires               time.Time `json:"expirationTimestamp"`
	} `json:"status"`
}

// run runs the plugin as kubectl does, and reads its answer.
func (q *question) run(ctx context.Context, plugin *api.ExecConfig) *Credential {
	printed, failure, err := q.output(ctx, plugin)
	if err != nil {
		q.failed(plugin, failure, err)
		return nil
	}
	var made credential
	if err := json.Unmarshal(printed, &made); err != nil {
		q.refuse(hop.Reason{Cause: 42, Text: "decoding stdout: what the plugin prints is no JSON: " + err.Error(), Evidence: []string{"the plugin is " + describe(plugin)}, Fix: q.rewrite()})
		return nil
	}
	if reason := mismatch(plugin, made); reason != nil {
		reason.Fix = q.rewrite()
		q.refuse(*reason)
		return nil
	}
	seen := q.where() + " runs " + describe(plugin)
	if expires := made.Status.Expires; !expires.IsZero() && expires.Before(q.Now) {
		q.answer.Add(hop.Client, hop.OK, seen, hop.Reason{Text: "the plugin gives a token that is past its own end, " + expires.UTC().Format(time.DateTime), Fix: "let the plugin keep no tokens"})
	} else {
		q.answer.Add(hop.Client, hop.OK, seen)
	}
	return &Credential{Token: made.Status.Token}
}

// mismatch says in kubectl's words what is wrong with an answer; nil if nothing is.
func mismatch(plugin *api.ExecConfig, made credential) *hop.Reason {
	switch {
	case made.Kind != "ExecCredential" || !slices.Contains(versions, made.APIVersion):
		return &hop.Reason{Cause: 42, Text: fmt.Sprintf("no kind %q is registered for version %q", made.Kind, made.APIVersion)}
	case made.APIVersion != plugin.APIVersion:
		return &hop.Reason{
			Cause: 42, Text: fmt.Sprintf("exec plugin is configured to use API version %s, plugin returned version %s", plugin.APIVersion, made.APIVersion),
		}
	case made.Status == nil || made.Status.Token == "":
		return &hop.Reason{Cause: 44, Text: "exec plugin didn't return a token"}
	}
	return nil
}

// output runs the plugin and returns what it prints, on standard output and on standard error.
func (q *question) output(ctx context.Context, plugin *api.ExecConfig) (printed []byte, failure string, err error) {
	ctx, cancel := context.WithTimeout(ctx, runTimeout)
	defer cancel()
	path, err := lookPath(plugin.Command, variable(q.Environ, "PATH"))
	if err != nil {
		return nil, "", err
	}
	info, err := json.Marshal(map[string]any{"apiVersion": plugin.APIVersion, "kind": "ExecCredential", "spec": map[string]any{"interactive": false}})
	if err != nil {
		return nil, "", fmt.Errorf("tell the plugin what is wanted: %w", err)
	}
	command := exec.CommandContext(ctx, path, plugin.Args...)
	command.Env = append(slices.Clone(q.Environ), "KUBERNETES_EXEC_INFO="+string(info))
	for _, set := range plugin.Env {
		command.Env = append(command.Env, set.Name+"="+set.Value)
	}
	command.WaitDelay = time.Second
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		return nil, stderr.String(), errors.Join(ctx.Err(), err)
	}
	return stdout.Bytes(), "", nil
}

// failed says why the plugin has ended without a token. What it says on standard error is all that is known.
func (q *question) failed(plugin *api.ExecConfig, failure string, err error) {
	evidence := fmt.Sprintf("getting credentials: exec: executable %s failed: %v", plugin.Command, err)
	known, unknown := message.Explain(failure)
	if unknown != nil {
		q.refuse(hop.Reason{Text: cmp.Or(lastLine(failure), "the plugin says nothing"), Evidence: []string{evidence}})
		return
	}
	refusal := known.Refusal()
	reason := refusal.Reasons[0]
	reason.Evidence = append(reason.Evidence, evidence)
	if refusal.Hop == hop.Client {
		q.refuse(reason)
		return
	}
	q.stopped(refusal.Hop, plugin, reason)
}

// stopped says at which hop a plugin that kubectl has run was refused.
func (q *question) stopped(at string, plugin *api.ExecConfig, reason hop.Reason) {
	refusal := func() { q.answer.Add(at, hop.Refused, "the plugin has failed", reason) }
	if at == hop.Credentials {
		refusal()
		q.answer.Add(hop.Client, hop.OK, q.where()+" runs "+describe(plugin))
		return
	}
	q.answer.Add(hop.Client, hop.OK, q.where()+" runs "+describe(plugin))
	refusal()
}

// lastLine is the last line of a text that says something.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
