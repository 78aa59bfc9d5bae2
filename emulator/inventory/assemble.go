package inventory

import (
	"cmp"
	"path/filepath"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/fakeeks"
)

// assemble gives each cluster what the files say of it.
func (r *reader) assemble() []*Cluster {
	if name := r.options.Cluster; name != "" && !slices.ContainsFunc(r.clusters, func(c *described) bool { return c.Name == name }) {
		r.problem("", "no file describes the cluster %s that --cluster names: add the output of aws eks describe-cluster --name %s", name, name)
	}
	r.assignEntries()
	r.assignLists()
	r.assignObjects()
	r.assignCreators()
	slices.SortFunc(r.clusters, func(a, b *described) int { return cmp.Compare(a.ARN(), b.ARN()) })
	clusters := make([]*Cluster, len(r.clusters))
	for i, c := range r.clusters {
		if c.Mode == types.AuthenticationModeConfigMap {
			c.Entries = nil // EKS has none in this mode
		}
		r.missing(c)
		clusters[i] = &c.Cluster
	}
	return clusters
}

// missing says what no file tells of a cluster, so that nobody takes a verdict for more than it is.
func (r *reader) missing(c *described) {
	objects := func(kind string) bool {
		return slices.ContainsFunc(c.Objects, func(o Object) bool { return o.Kind() == kind })
	}
	note := func(what, command string) {
		r.leaveOut(what+" of cluster "+c.Name, "no file has the output of %s", command)
	}
	if c.Mode != types.AuthenticationModeConfigMap && c.Entries == nil {
		note("access entries", "aws eks list-access-entries")
	}
	for i := range c.Entries {
		if c.Entries[i].Policies == nil {
			note("access policies of "+aws.ToString(c.Entries[i].Entry.PrincipalArn)+" in the access entries", "aws eks list-associated-access-policies")
		}
	}
	if c.Mode != types.AuthenticationModeApi && !objects("ConfigMap") {
		note("aws-auth", "kubectl get configmap aws-auth -n kube-system")
	}
	if !objects("ClusterRoleBinding") && !objects("RoleBinding") {
		note("RBAC", "kubectl get clusterroles,clusterrolebindings,roles,rolebindings -A")
	}
	if c.Mode == types.AuthenticationModeConfigMap && c.CreatorARN == "" {
		r.leaveOut("creator of cluster "+c.Name, "EKS does not show who has hidden administrator rights: name it with --creator ARN")
	}
}

func (r *reader) assignEntries() {
	for _, answer := range r.entries {
		arn, name := aws.ToString(answer.entry.AccessEntryArn), aws.ToString(answer.entry.ClusterName)
		match := entryARN.FindStringSubmatch(arn)
		i := slices.IndexFunc(r.clusters, func(c *described) bool {
			return match != nil && c.Region == match[1] && c.Account == match[2] && c.Name == match[3]
		})
		var owner *described
		if i >= 0 {
			owner = r.clusters[i]
		} else if owner = r.owner(answer.file, name, "the access entry of "+aws.ToString(answer.entry.PrincipalArn)); owner == nil {
			continue
		}
		if owner.entry(*answer.entry.PrincipalArn) != nil {
			r.problem(answer.file, "the access entry of %s in cluster %s is in another file too: keep the newer one", *answer.entry.PrincipalArn, name)
			continue
		}
		owner.Entries = append(owner.Entries, fakeeks.ImportedEntry{Entry: answer.entry})
	}
	for _, answer := range r.policed {
		owner := r.owner(answer.file, answer.cluster, "the access policies of "+answer.principal)
		if owner == nil {
			continue
		}
		if entry := owner.entry(answer.principal); entry != nil {
			entry.Policies = append([]types.AssociatedAccessPolicy{}, answer.policies...)
			continue
		}
		r.problem(answer.file, "the access entry of %s, whose access policies these are, is in no file: add the output of aws eks describe-access-entry --cluster-name %s --principal-arn %s",
			answer.principal, answer.cluster, answer.principal)
	}
}

func (c *described) entry(principal string) *fakeeks.ImportedEntry {
	i := slices.IndexFunc(c.Entries, func(e fakeeks.ImportedEntry) bool { return aws.ToString(e.Entry.PrincipalArn) == principal })
	if i < 0 {
		return nil
	}
	return &c.Entries[i]
}

// assignLists finds access entries that are listed and not described: they would look as if there were none.
func (r *reader) assignLists() {
	for _, answer := range r.lists {
		owner := r.owner(answer.file, "", "the list of access entries")
		if owner == nil {
			continue
		}
		if owner.Entries == nil {
			owner.Entries = []fakeeks.ImportedEntry{}
		}
		for _, arn := range answer.arns {
			if owner.entry(arn) == nil {
				r.problem(answer.file, "the access entry of %s is listed and not described: add the output of aws eks describe-access-entry --cluster-name %s --principal-arn %s",
					arn, owner.Name, arn)
			}
		}
	}
}

func (r *reader) assignObjects() {
	refused := map[string]bool{} // one problem a file is enough
	for _, answer := range r.objects {
		if refused[answer.file] {
			continue
		}
		if owner := r.owner(answer.file, "", "what kubectl has printed"); owner != nil {
			owner.Objects = append(owner.Objects, answer.object)
			continue
		}
		refused[answer.file] = true
	}
}

func (r *reader) assignCreators() {
	for _, c := range r.clusters {
		c.CreatorARN = r.creatorOf(c)
	}
	if r.options.Creator == "" {
		return
	}
	if owner := r.owner("", "", "--creator"); owner != nil {
		owner.CreatorARN = r.options.Creator
	}
}

// owner finds the cluster that something belongs to: the one that is described in the same folder, the one that --cluster
// names, or the only one. name is what a file calls it, empty if it does not say. What has no owner is a problem.
func (r *reader) owner(file, name, what string) *described {
	found := slices.DeleteFunc(slices.Clone(r.clusters), func(c *described) bool { return name != "" && c.Name != name })
	found = narrowed(found, func(c *described) bool { return filepath.Dir(c.file) == filepath.Dir(file) })
	found = narrowed(found, func(c *described) bool { return c.Name == r.options.Cluster })
	switch len(found) {
	case 0:
		r.problem(file, "%s belongs to %s, which no file describes: add the output of aws eks describe-cluster --name %s",
			what, cmp.Or(quoted(name), "a cluster"), cmp.Or(name, "NAME"))
		return nil
	case 1:
		return found[0]
	}
	r.problem(file, "%s could belong to cluster %s or to %s: put it into the folder that has the output of aws eks describe-cluster, or name the cluster with --cluster",
		what, found[0].ARN(), found[1].ARN())
	return nil
}

// narrowed are those that fit, or all if none does.
func narrowed(all []*described, fits func(*described) bool) []*described {
	fitting := slices.DeleteFunc(slices.Clone(all), func(c *described) bool { return !fits(c) })
	if len(fitting) == 0 {
		return all
	}
	return fitting
}

func quoted(name string) string {
	if name == "" {
		return ""
	}
	return "cluster " + name
}
