package online

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/eksauth/eksauth/explain/hop"
)

// discovery is all resources of a cluster, as the kube-apiserver tells them at once
// (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery).
type discovery struct {
	Items []struct {
		Metadata struct{ Name string }
		Versions []struct{ Resources []resource }
	}
}

type resource struct {
	Resource, SingularResource, Scope string
	ShortNames                        []string
	ResponseKind                      struct{ Kind string }
	group                             string
}

const discoveryForm = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

// resolve finds the resource that somebody has typed. A user who may not ask for that gets an answer for what was typed.
func (w *walk) resolve(ctx context.Context) {
	if w.Want == nil || !w.Want.Typed || w.Want.Path != "" {
		return
	}
	all, err := w.resources(ctx)
	if err != nil || len(all) == 0 {
		return
	}
	i := slices.IndexFunc(all, func(r resource) bool { return r.isNamed(w.Want.Resource, w.Want.Group) })
	if i < 0 {
		w.answer.Add(hop.Authorization, hop.Refused, w.Want.String(), hop.Reason{
			Text: fmt.Sprintf("the cluster has no resource %q", w.Want.Resource), Fix: "kubectl api-resources",
		})
		return
	}
	want := *w.Want
	want.Resource, want.Group, want.Typed = all[i].Resource, all[i].group, false
	if all[i].Scope == "Cluster" {
		want.Namespace = ""
	}
	w.Want = &want
}

var versionName = regexp.MustCompile(`^v\d`)

// isNamed tells whether a name, in any of the ways that kubectl takes, means the resource. A version may stand before the
// group: deployments.v1.apps.
func (r resource) isNamed(name, group string) bool {
	names := append([]string{r.Resource, r.SingularResource, r.ResponseKind.Kind}, r.ShortNames...)
	is := func(known string) bool { return known != "" && strings.EqualFold(known, name) }
	version, rest, _ := strings.Cut(group, ".")
	return slices.ContainsFunc(names, is) && (group == "" || group == r.group || versionName.MatchString(version) && rest == r.group)
}

// resources asks the kube-apiserver for all resources, those of the core group first, as kubectl prefers them.
func (w *walk) resources(ctx context.Context) ([]resource, error) {
	var all []resource
	for _, path := range []string{"/api", "/apis"} {
		var found discovery
		if err := w.discover(ctx, path, &found); err != nil {
			return nil, err
		}
		for _, group := range found.Items {
			if len(group.Versions) == 0 {
				continue
			}
			for _, r := range group.Versions[0].Resources { // the first is preferred
				r.group = group.Metadata.Name
				all = append(all, r)
			}
		}
	}
	return all, nil
}

func (w *walk) discover(ctx context.Context, path string, found *discovery) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, w.Cluster.Server+path, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", discoveryForm)
	request.Header.Set("Authorization", "Bearer "+w.token)
	response, err := w.kube().Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, found)
}
