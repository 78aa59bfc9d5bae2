package inventory

import (
	"fmt"
	"maps"
	"slices"

	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy/managed"
)

// reader collects what files have in them, and then makes of it what an import needs.
type reader struct {
	options  Options
	problems []Problem
	leftOut  []fakeeks.LeftOut

	pages      []page
	accounts   map[string]*directory.Import
	policies   map[string]*directory.Policy // by ARN
	groups     map[string]*directory.Group  // by account/name
	seen       map[string]sighting          // by ARN
	ids        map[string]string            // ARNs by unique ID
	catalogues map[string]*managed.Catalogue

	clusters []*described
	entries  []entryAnswer
	lists    []listAnswer
	policed  []policiesAnswer
	creators []creation
	objects  []objectAnswer
	// skipped counts objects of kinds that do not matter, by file and kind.
	skipped map[skippedKind]int
}

type skippedKind struct{ file, kind string }

func newReader(o Options) *reader {
	return &reader{
		options: o, accounts: map[string]*directory.Import{}, policies: map[string]*directory.Policy{}, groups: map[string]*directory.Group{},
		seen: map[string]sighting{}, ids: map[string]string{}, catalogues: map[string]*managed.Catalogue{}, skipped: map[skippedKind]int{},
	}
}

// leaveOut notes what nothing is made of.
func (r *reader) leaveOut(what, format string, args ...any) {
	r.leftOut = append(r.leftOut, fakeeks.LeftOut{What: what, Why: fmt.Sprintf(format, args...)})
}

// file reads one file.
func (r *reader) file(name string, data []byte) {
	all, err := documents(data)
	if err != nil {
		r.problem(name, "%v", err)
		return
	}
	for _, document := range all {
		r.document(name, document)
	}
}

// finish makes the inventory of all that was read.
func (r *reader) finish() (*Inventory, error) {
	r.identities()
	clusters := r.assemble()
	for _, c := range clusters {
		r.named(c)
	}
	r.assignPolicies()
	r.reportSkipped()
	if len(r.problems) > 0 {
		return nil, &InvalidError{List: r.problems}
	}
	return &Inventory{Accounts: slices.SortedFunc(maps.Values(r.accounts), byNumber), Clusters: clusters, LeftOut: r.leftOut}, nil
}

func (r *reader) reportSkipped() {
	for _, s := range slices.SortedFunc(maps.Keys(r.skipped), bySkipped) {
		r.leaveOut(fmt.Sprintf("%d objects of kind %s in %s", r.skipped[s], s.kind, s.file), "an import takes aws-auth and RBAC alone")
	}
}
