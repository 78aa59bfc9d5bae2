package directory

import (
	"fmt"
	"sync"

	"github.com/eksauth/eksauth/internal/policy"
)

// maxDocuments bounds the parsed documents that are kept.
const maxDocuments = 4096

// documents keeps policy documents parsed, by their text: the same text never means anything else.
type documents struct {
	mu     sync.RWMutex
	parsed map[documentKey]*policy.Document
}

type documentKey struct {
	kind policy.Kind
	text string
}

func (d *documents) parse(kind policy.Kind, text string) (*policy.Document, error) {
	key := documentKey{kind, text}
	d.mu.RLock()
	doc := d.parsed[key]
	d.mu.RUnlock()
	if doc != nil {
		return doc, nil
	}
	doc, err := policy.Parse(kind, text)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.parsed) >= maxDocuments || d.parsed == nil {
		d.parsed = map[documentKey]*policy.Document{}
	}
	d.parsed[key] = doc
	return doc, nil
}

// PoliciesOf returns the policies that bind a *User (with its groups), *Group or *Role, and its boundary; neither session
// nor resource policies.
func (d *Directory) PoliciesOf(principal any) (policy.Set, error) {
	var set policy.Set
	var boundary string
	switch p := principal.(type) {
	case *User:
		boundary = p.Boundary
		if err := d.add(&set.Identity, &p.Grants); err != nil {
			return set, err
		}
		for _, id := range p.Groups {
			group, ok := d.view.byID(id).(*Group)
			if !ok {
				continue
			}
			if err := d.add(&set.Identity, &group.Grants); err != nil {
				return set, err
			}
		}
	case *Group:
		return set, d.add(&set.Identity, &p.Grants)
	case *Role:
		boundary = p.Boundary
		if err := d.add(&set.Identity, &p.Grants); err != nil {
			return set, err
		}
	}
	if boundary == "" {
		return set, nil
	}
	limit, err := d.ManagedPolicy(boundary)
	set.Boundary = &limit
	return set, err
}

func (d *Directory) add(policies *[]policy.Policy, g *Grants) error {
	for _, inline := range g.Inline {
		doc, err := d.docs.parse(policy.Inline, inline.Document)
		if err != nil {
			return fmt.Errorf("read inline policy %s: %w", inline.Name, err)
		}
		*policies = append(*policies, policy.Policy{Doc: doc, Name: inline.Name})
	}
	for _, arn := range g.Attached {
		attached, err := d.ManagedPolicy(arn)
		if err != nil {
			return err
		}
		*policies = append(*policies, attached)
	}
	return nil
}
