package emulator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/eksauth/eksauth/emulator/profile"
	"github.com/eksauth/eksauth/emulator/shell"
	"github.com/eksauth/eksauth/internal/directory"
)

// nameProfiles gives each user and role of an import the name of a profile that nobody else has: its own name, if need be with
// its kind and its account. One that has a profile already keeps it; who is configured with one needs no other.
func (e *Environment) nameProfiles(in *directory.Import) {
	taken, configured := map[string]bool{}, map[string]bool{}
	for _, p := range e.allProfiles() {
		taken[p.Name] = true
	}
	for _, p := range e.profiles {
		configured[p.ARN] = true
	}
	name := func(r, old *directory.Resource, arn, kind string) {
		if old != nil {
			r.Profile = old.Profile
		}
		for _, candidate := range []string{r.Name, r.Name + "-" + kind, r.Name + "-" + r.Account, r.Name + "-" + kind + "-" + r.Account} {
			if r.Profile == "" && !taken[candidate] && !configured[arn] {
				r.Profile = candidate
			}
		}
		taken[r.Profile] = true
	}
	for _, u := range in.Users {
		var old *directory.Resource
		if found := directory.Get(e.directory, directory.UserKey(u.Account, u.Name)); found != nil {
			old = &found.Resource
		}
		name(&u.Resource, old, u.ARN(), "user")
	}
	for _, r := range in.Roles {
		var old *directory.Resource
		if found := directory.Get(e.directory, directory.RoleKey(r.Account, r.Name)); found != nil {
			old = &found.Resource
		}
		name(&r.Resource, old, r.ARN(), "role")
	}
}

// allProfiles are the configured profiles and those of imported users and roles.
func (e *Environment) allProfiles() []profile.Profile {
	all := slices.Clone(e.profiles)
	for account := range directory.List(e.directory, directory.AllAccounts(), "") {
		for u := range directory.List(e.directory, directory.AllUsers(account.ID), "") {
			key := activeKey(u)
			if u.Profile != "" && key != nil {
				all = append(all, profile.Profile{
					Name: u.Profile, ARN: u.ARN(), Region: e.o.Config.Region, AccessKeyID: key.ID, SecretAccessKey: key.Secret,
				})
			}
		}
		for r := range directory.List(e.directory, directory.AllRoles(account.ID), "") {
			if r.Profile != "" {
				all = append(all, profile.Profile{Name: r.Profile, ARN: r.ARN(), Region: e.o.Config.Region, Process: e.credentialProcess(r.ARN())})
			}
		}
	}
	return all
}

func activeKey(u *directory.User) *directory.AccessKey {
	i := slices.IndexFunc(u.Keys, func(k directory.AccessKey) bool { return k.Active })
	if i < 0 {
		return nil
	}
	return &u.Keys[i]
}

// credentialProcess is the command by which a client gets a session of an imported role: on AWS somebody else may assume it,
// whom the stack need not have, such as an identity provider.
func (e *Environment) credentialProcess(arn string) string {
	self, err := os.Executable()
	if err != nil {
		self = "eksauth"
	}
	return fmt.Sprintf("%s credentials --home %s --as %s", shell.Quote(self), shell.Quote(e.o.Home.Dir), arn)
}

// importedClusters are the clusters that run for some on AWS and that the configuration does not have. Whoever uses one says
// by AWS_PROFILE as whom: an account has more users and roles than a kubeconfig can have contexts.
func (e *Environment) importedClusters() ([]profile.Cluster, error) {
	all, err := e.eks.Clusters()
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for _, cfg := range e.startedClusters() {
		taken[cfg.Name] = true
	}
	var clusters []profile.Cluster
	for _, record := range all {
		running := e.planes.find(record)
		if !record.Imported || running == nil || e.configured(record) != nil {
			continue
		}
		entry := profile.Cluster{Name: record.Name, Server: running.Endpoint(), CA: record.CA, Region: record.Region, AnyProfile: true}
		if taken[record.Name] {
			entry.Entry = record.ARN()
		}
		taken[record.Name] = true
		clusters = append(clusters, entry)
	}
	return clusters, nil
}

// rewriteClientFiles writes the client files of a stack that runs, one caller at a time.
func (e *Environment) rewriteClientFiles(ctx context.Context) error {
	e.files.Lock()
	defer e.files.Unlock()
	return errors.Join(e.writeClientFiles(ctx), e.writeContainerFiles(ctx))
}
