package directory

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// entity is what one record holds.
type entity interface {
	// recordKey returns the key of the record in the store.
	recordKey() string
	// identifiers returns what finds the entity besides its record key: globally unique IDs.
	identifiers() []string
	// references returns the entities that this one names: policy ARNs and group IDs.
	references() []string
}

// Resource is what all IAM resources have.
type Resource struct {
	Partition string    `json:"partition"`
	Account   string    `json:"account"`
	Name      string    `json:"name"`
	Path      string    `json:"path"` // "/" or "/…/"
	ID        string    `json:"id"`   // such as AIDA…: never used again, unlike the name
	Created   time.Time `json:"created"`
	Tags      []Tag     `json:"tags,omitempty"`
	// Profile names the entry of the stack's AWS configuration for an imported user or role; empty means none. AWS knows
	// nothing of it.
	Profile string `json:"profile,omitempty"`
}

// Tag is a key with a value. Keys of one resource differ, letter case apart.
type Tag struct {
	Key   string `json:"k"`
	Value string `json:"v"`
}

// NewResource returns what a new resource of an account has in common with all others, with a new ID; path "" means "/".
func (d *Directory) NewResource(tx *Tx, prefix IDPrefix, account, name, path string, tags []Tag) (Resource, error) {
	id, err := d.NewID(prefix, account)
	if err != nil {
		return Resource{}, err
	}
	owner := Get(tx, AccountKey(account))
	if owner == nil {
		return Resource{}, fmt.Errorf("account %s does not exist", account)
	}
	return Resource{
		Partition: owner.Partition, Account: account, Name: name, Path: orElse(path, "/"), ID: id,
		Created: d.now(), Tags: tags,
	}, nil
}

func (r *Resource) arn(kind string) string {
	return "arn:" + r.Partition + ":iam::" + r.Account + ":" + kind + r.Path + r.Name
}

// TagList returns the resource's tags.
func (r *Resource) TagList() []Tag { return r.Tags }

func (r *Resource) identifiers() []string { return []string{r.ID} }
func (r *Resource) references() []string  { return nil }

// TagValue returns the value of a tag; keys are compared without regard to letter case, as AWS does.
func TagValue(tags []Tag, key string) (string, bool) {
	i := slices.IndexFunc(tags, func(t Tag) bool { return strings.EqualFold(t.Key, key) })
	if i < 0 {
		return "", false
	}
	return tags[i].Value, true
}

// Grants are the policies of a user, group or role.
type Grants struct {
	Inline   []InlinePolicy `json:"inline,omitempty"`
	Attached []string       `json:"attached,omitempty"` // ARNs of managed policies
}

// InlinePolicy is a policy that lives in its user, group or role.
type InlinePolicy struct {
	Name     string `json:"name"`
	Document string `json:"document"`
}

// InlineDocument returns the document of the inline policy called name.
func (g *Grants) InlineDocument(name string) (string, bool) {
	if i := g.inlineIndex(name); i >= 0 {
		return g.Inline[i].Document, true
	}
	return "", false
}

// SetInline adds or replaces an inline policy.
func (g *Grants) SetInline(name, document string) {
	if i := g.inlineIndex(name); i >= 0 {
		g.Inline[i].Document = document
		return
	}
	g.Inline = append(g.Inline, InlinePolicy{Name: name, Document: document})
	slices.SortFunc(g.Inline, func(a, b InlinePolicy) int { return strings.Compare(a.Name, b.Name) })
}

// DeleteInline removes an inline policy and says whether there was one.
func (g *Grants) DeleteInline(name string) bool {
	i := g.inlineIndex(name)
	if i >= 0 {
		g.Inline = slices.Delete(g.Inline, i, i+1)
	}
	return i >= 0
}

func (g *Grants) inlineIndex(name string) int {
	return slices.IndexFunc(g.Inline, func(p InlinePolicy) bool { return p.Name == name })
}
