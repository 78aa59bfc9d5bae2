package directory

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/eksauth/eksauth/internal/policy"
)

// Import is an account as AWS itself describes it. What is in it has AWS's own IDs, paths and times; it has no access keys,
// since AWS shows no secret.
type Import struct {
	Account   string
	Partition string
	// Policies are the customer's and those of AWS's own (with the account OfAWS) that the catalogue may lack.
	Policies []*Policy
	Groups   []*Group
	// Users have the IDs of their groups. Roles have trust policies as IAM shows them, with ARNs. One without an ID is known by
	// its name alone: it is made if it is not there, with an ID of this directory's, and else left as it is.
	Users            []*User
	Roles            []*Role
	InstanceProfiles []*InstanceProfile
}

// Imported counts what an import has made and changed. What was the same before is counted in neither.
type Imported struct {
	Made      int `json:"made"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
}

// Import makes the directory hold an account as it is described; what else the account has stays. A user gets an access key
// if it has none. It is many transactions, each of which leaves all counts exact; doing it again finishes what was cut short.
func (d *Directory) Import(ctx context.Context, in *Import) (Imported, error) {
	im := &importing{Import: in, dir: d, ids: map[string]string{}}
	for _, u := range in.Users {
		im.ids[u.ARN()] = u.ID
	}
	for _, r := range in.Roles {
		im.ids[r.ARN()] = r.ID
	}
	if err := d.seedAccount(ctx, SeedAccount{ID: in.Account, Partition: in.Partition}); err != nil {
		return im.done, err
	}
	err := errors.Join( // in the order in which they name each other
		importAll(ctx, im, in.Policies, im.policy),
		importAll(ctx, im, in.Groups, im.group),
		importAll(ctx, im, in.Users, im.user),
		importAll(ctx, im, in.Roles, im.role),
		importAll(ctx, im, in.InstanceProfiles, im.instanceProfile),
	)
	if err != nil {
		return im.done, fmt.Errorf("import account %s: %w", in.Account, err)
	}
	return im.done, nil
}

// importing is one import on its way.
type importing struct {
	*Import
	dir *Directory
	// ids are the unique IDs of the users and roles that come, by ARN: trust policies may name those that are not there yet.
	ids  map[string]string
	done Imported
}

const (
	// importRecords and importBytes end a transaction before it may exceed store.MaxOps and etcd's limit for a request
	// (1.5 MiB): one more identity touches at most its own record, 10 groups and 21 policies of some 30 KiB.
	importRecords = 64
	importBytes   = 512 << 10
)

// importAll writes entities, as many in one transaction as fit.
func importAll[T any](ctx context.Context, im *importing, all []*T, one func(tx *Tx, e *T) (bool, error)) error {
	for next := 0; next < len(all); {
		from, before := next, im.done
		err := im.dir.Update(ctx, func(tx *Tx) error {
			next, im.done = from, before // a transaction may run again
			for next < len(all) && len(tx.reads) < importRecords && tx.weight() < importBytes {
				if err := im.one(tx, func() (bool, error) { return one(tx, all[next]) }); err != nil {
					return err
				}
				next++
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// one counts what one entity's import does: write tells whether there was none before.
func (im *importing) one(tx *Tx, write func() (made bool, err error)) error {
	dirty := len(tx.dirty)
	made, err := write()
	switch {
	case err != nil:
		return err
	case made:
		im.done.Made++
	case len(tx.dirty) > dirty:
		im.done.Changed++
	default:
		im.done.Unchanged++
	}
	return nil
}

// weight is about how many bytes the transaction writes: policy documents are nearly all of it.
func (tx *Tx) weight() int {
	bytes := 0
	for key := range tx.dirty {
		if p, ok := tx.state[key].(*Policy); ok {
			for _, v := range p.Versions {
				bytes += len(v.Document)
			}
		}
		if r, ok := tx.state[key].(*Role); ok {
			bytes += len(r.Trust)
		}
		if g, ok := tx.state[key].(interface{ documents() int }); ok {
			bytes += g.documents()
		}
	}
	return bytes
}

// documents is the length of all inline policies.
func (g *Grants) documents() int {
	bytes := 0
	for _, p := range g.Inline {
		bytes += len(p.Document)
	}
	return bytes
}

// replaced returns what an entity takes the place of: one of its name, or one of its ID, which has been renamed. It is nil if
// there is none; a renamed one is deleted. An ID of another account's cannot be: sessions are found by it.
func replaced[T any](tx *Tx, key Key[T], id string) (*T, error) {
	named := tx.dir.view.byID(id)
	if named != nil && listOf(named.recordKey()) != listOf(string(key)) {
		return nil, fmt.Errorf("%s has the ID %s, which %s has already", key, id, named.recordKey())
	}
	if old := Get(tx, key); old != nil || named == nil {
		return old, nil
	}
	was := Key[T](named.recordKey())
	old := Get(tx, was)
	if old != nil {
		Delete(tx, was)
	}
	return old, nil
}

// putChanged puts an entity unless old, nil or as it was read, is the same.
func putChanged[T any, E interface {
	*T
	entity
}](tx *Tx, old []byte, e E) error {
	now, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode record %q: %w", e.recordKey(), err)
	}
	if !bytes.Equal(old, now) {
		Put(tx, e)
	}
	return nil
}

// recorded is how an entity was before it is changed.
func recorded[T any](old *T) []byte {
	if old == nil {
		return nil
	}
	data, err := json.Marshal(old)
	if err != nil {
		return nil // then it counts as changed
	}
	return data
}

// attachOnly attaches what is wanted and detaches the rest, so that the policies' own counts stay exact.
func attachOnly(tx *Tx, g *Grants, wanted []string) error {
	for _, arn := range slices.Clone(g.Attached) {
		if slices.Contains(wanted, arn) {
			continue
		}
		if err := Detach(tx, g, arn); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	for _, arn := range wanted {
		if err := Attach(tx, g, arn); err != nil {
			return err
		}
	}
	g.Attached = slices.Clone(wanted)
	return nil
}

// trust is a role's trust policy as it is stored: with the IDs of the users and roles that it names. Those that nobody has
// imported keep their ARNs.
func (im *importing) trust(tx *Tx, in *Role) (string, error) {
	doc, err := policy.Parse(policy.Trust, in.Trust)
	if err != nil {
		return "", fmt.Errorf("trust policy: %w", err)
	}
	return doc.RewritePrincipals(func(name string) string {
		if id := im.ids[name]; id != "" {
			return id
		}
		id, _ := principalID(tx, name)
		return id
	}), nil
}
