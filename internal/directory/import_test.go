package directory_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/store"
)

const (
	production   = "111122223333"
	allowList    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"eks:ListClusters","Resource":"*"}]}`
	oldTime      = "2019-05-06T07:08:09Z"
	readersARN   = "arn:aws:iam::111122223333:policy/team/readers"
	guardrailARN = "arn:aws:iam::aws:policy/service-role/Guardrail"
)

func resource(t *testing.T, id, path, name string) directory.Resource {
	t.Helper()
	created, err := time.Parse(time.RFC3339, oldTime)
	if err != nil {
		t.Fatal(err)
	}
	return directory.Resource{Partition: "aws", Account: production, Name: name, Path: path, ID: id, Created: created}
}

func policyNamed(r directory.Resource) *directory.Policy {
	return &directory.Policy{Resource: r, Updated: r.Created, Default: "v1", Next: 2, Versions: []directory.PolicyVersion{{ID: "v1", Document: allowList, Created: r.Created}}}
}

// described is an account with one of each.
func described(t *testing.T) *directory.Import {
	t.Helper()
	guardrail := resource(t, "ANPAGUARDRAIL", "/service-role/", "Guardrail")
	guardrail.Account = directory.OfAWS
	return &directory.Import{
		Account: production, Partition: "aws",
		Policies: []*directory.Policy{policyNamed(resource(t, "ANPAREADERS", "/team/", "readers")), policyNamed(guardrail)},
		Groups:   []*directory.Group{{Resource: resource(t, "AGPADEVS", "/", "devs"), Grants: directory.Grants{Attached: []string{readersARN}}}},
		Users:    []*directory.User{{Resource: resource(t, "AIDAANNA", "/people/", "anna"), Boundary: guardrailARN, Groups: []string{"AGPADEVS"}}},
		Roles: []*directory.Role{{
			Resource: resource(t, "AROADEV", "/dev/", "x"), Grants: directory.Grants{Attached: []string{readersARN, guardrailARN}}, MaxSession: time.Hour,
			Trust: trusts("arn:aws:iam::111122223333:user/people/anna"),
		}},
		InstanceProfiles: []*directory.InstanceProfile{{Resource: resource(t, "AIPANODES", "/", "nodes"), Roles: []string{"x"}}},
	}
}

func trusts(arn string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":%q},"Action":"sts:AssumeRole"}]}`, arn)
}

func importInto(t *testing.T, d *directory.Directory, in *directory.Import) directory.Imported {
	t.Helper()
	done, err := d.Import(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func TestAnImportKeepsIDsPathsAndTimes(t *testing.T) {
	d := open(t, store.NewMemory(), &clock{now: start})
	if diff := cmp.Diff(directory.Imported{Made: 6}, importInto(t, d, described(t))); diff != "" {
		t.Errorf("first (-want +got):\n%s", diff)
	}
	role, _ := directory.EntityByARN(d, "arn:aws:iam::111122223333:role/dev/x").(*directory.Role)
	if role == nil || role.ID != "AROADEV" || role.Profiles != 1 || role.Created.Format(time.RFC3339) != oldTime || !strings.Contains(role.Trust, "AIDAANNA") {
		t.Errorf("role: %+v", role)
	}
	anna := directory.Get(d, directory.UserKey(production, "anna"))
	if anna.ID != "AIDAANNA" || len(anna.Keys) != 1 {
		t.Errorf("user: %+v", anna)
	}
	if p := directory.PolicyByARN(d, readersARN); p.Attachments != 2 {
		t.Errorf("readers are attached %d times, want 2", p.Attachments)
	}
	if p := directory.PolicyByARN(d, guardrailARN); p.Attachments != 1 || p.Boundaries != 1 {
		t.Errorf("the guardrail is attached %d times and %d times a boundary, want 1 and 1", p.Attachments, p.Boundaries)
	}
	if g := directory.Get(d, directory.GroupKey(production, "devs")); g.Members != 1 {
		t.Errorf("devs have %d members, want 1", g.Members)
	}
	if set, err := d.PoliciesOf(anna); err != nil || set.Boundary == nil || len(set.Identity) != 1 {
		t.Errorf("anna's policies: %+v, %v", set, err)
	}
}

func TestAnImportAgainChangesNothing(t *testing.T) {
	d := open(t, store.NewMemory(), &clock{now: start})
	importInto(t, d, described(t))
	key := directory.Get(d, directory.UserKey(production, "anna")).Keys[0]
	if diff := cmp.Diff(directory.Imported{Unchanged: 6}, importInto(t, d, described(t))); diff != "" {
		t.Errorf("again (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(key, directory.Get(d, directory.UserKey(production, "anna")).Keys[0]); diff != "" {
		t.Errorf("the local key (-want +got):\n%s", diff)
	}
}

func TestAnImportFollowsWhatHasChanged(t *testing.T) {
	d := open(t, store.NewMemory(), &clock{now: start})
	importInto(t, d, described(t))
	key := directory.Get(d, directory.UserKey(production, "anna")).Keys[0]
	in := described(t)
	in.Users[0].Name, in.Users[0].Groups, in.Users[0].Boundary = "anna2", nil, ""
	in.Roles[0].ID, in.Roles[0].Attached, in.Roles[0].Trust = "AROANEW", []string{guardrailARN}, trusts("arn:aws:iam::999900001111:role/elsewhere")
	in.InstanceProfiles[0].Roles = nil
	if diff := cmp.Diff(directory.Imported{Changed: 3, Unchanged: 3}, importInto(t, d, in)); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
	anna := directory.Get(d, directory.UserKey(production, "anna2"))
	if directory.Get(d, directory.UserKey(production, "anna")) != nil || anna == nil || !cmp.Equal(anna.Keys[0], key) {
		t.Errorf("the renamed user: %+v", anna)
	}
	role := directory.Get(d, directory.RoleKey(production, "x"))
	if role.ID != "AROANEW" || role.Profiles != 0 || !strings.Contains(role.Trust, "999900001111:role/elsewhere") {
		t.Errorf("the role that was made anew: %+v", role)
	}
	if p := directory.PolicyByARN(d, readersARN); p.Attachments != 1 {
		t.Errorf("readers are attached %d times, want 1", p.Attachments)
	}
	if p := directory.PolicyByARN(d, guardrailARN); p.Attachments != 1 || p.Boundaries != 0 {
		t.Errorf("the guardrail is attached %d times and %d times a boundary, want 1 and 0", p.Attachments, p.Boundaries)
	}
	if g := directory.Get(d, directory.GroupKey(production, "devs")); g.Members != 0 {
		t.Errorf("devs have %d members, want none", g.Members)
	}
}

// etcdLimits is a store that refuses what etcd refuses: too many operations, or too many bytes, in one transaction.
type etcdLimits struct{ store.Store }

func (s etcdLimits) Commit(ctx context.Context, ops ...store.Op) (int64, error) {
	const maxBytes = 1 << 20 // of 1.5 MiB, what is left beside keys
	bytes := 0
	for _, op := range ops {
		bytes += len(op.Value)
	}
	if len(ops) > store.MaxOps || bytes > maxBytes {
		return 0, fmt.Errorf("etcd would refuse a transaction of %d operations and %d bytes", len(ops), bytes)
	}
	return s.Store.Commit(ctx, ops...)
}

func TestAnImportOfManyRolesIsManyTransactions(t *testing.T) {
	for name, padding := range map[string]int{"small documents": 0, "large documents": 100 << 10} {
		t.Run(name, func(t *testing.T) {
			d := open(t, etcdLimits{store.NewMemory()}, &clock{now: start})
			in := described(t)
			document := allowList + strings.Repeat(" ", padding)
			for i := range 200 {
				r := resource(t, fmt.Sprintf("AROA%d", i), "/many/", fmt.Sprintf("role-%d", i))
				in.Roles = append(in.Roles, &directory.Role{
					Resource: r, Trust: trusts("arn:aws:iam::111122223333:user/people/anna"), MaxSession: time.Hour,
					Grants: directory.Grants{Attached: []string{readersARN}, Inline: []directory.InlinePolicy{{Name: "p", Document: document}}},
				})
			}
			if done := importInto(t, d, in); done.Made != 206 {
				t.Errorf("made %d, want 206", done.Made)
			}
			if p := directory.PolicyByARN(d, readersARN); p.Attachments != 202 {
				t.Errorf("readers are attached %d times, want 202", p.Attachments)
			}
		})
	}
}

func TestAnImportRefusesWhatItCannotHold(t *testing.T) {
	d := open(t, store.NewMemory(), &clock{now: start})
	tests := map[string]func(in *directory.Import){
		"attached":     func(in *directory.Import) { in.Roles[0].Attached = []string{"arn:aws:iam::111122223333:policy/none"} },
		"boundary":     func(in *directory.Import) { in.Users[0].Boundary = "arn:aws:iam::111122223333:policy/none" },
		"group":        func(in *directory.Import) { in.Users[0].Groups = []string{"AGPANONE"} },
		"trust policy": func(in *directory.Import) { in.Roles[0].Trust = "{}" },
		"ID":           func(in *directory.Import) { in.Roles[0].ID = "AROATAKEN" },
		"account":      func(in *directory.Import) { in.Account = "12" },
	}
	elsewhere := resource(t, "AROATAKEN", "/", "y")
	elsewhere.Account = "999900001111"
	importInto(t, d, &directory.Import{Account: elsewhere.Account, Roles: []*directory.Role{{Resource: elsewhere, Trust: trusts(production)}}})
	for name, spoil := range tests {
		in := described(t)
		spoil(in)
		if _, err := d.Import(t.Context(), in); err == nil {
			t.Errorf("%s: want an error", name)
		}
	}
}
