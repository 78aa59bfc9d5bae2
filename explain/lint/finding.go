package lint

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity says what a finding does to the people in the mapping.
type Severity string

const (
	// Error is a mapping that does not do what it says: somebody is kept out or has other rights.
	Error Severity = "error"
	// Warning is a mapping that works, most likely not as meant.
	Warning Severity = "warning"
	// Note is worth knowing.
	Note Severity = "note"
)

// Finding is one thing that is wrong at one place of the file.
type Finding struct {
	// Line and Column are counted from 1, columns in characters. Both are 0 if the file as a whole is meant.
	Line   int `json:"line"`
	Column int `json:"column"`
	// Severity is error, warning or note.
	Severity Severity `json:"severity"`
	// Rule names the kind of finding, such as role-path.
	Rule string `json:"rule"`
	// Cause is the number in the catalogue of causes (docs/CAUSES.md); 0 if it has none.
	Cause int `json:"cause,omitempty"`
	// Message says what is wrong and what comes of it.
	Message string `json:"message"`
	// Fix says what to write instead.
	Fix string `json:"fix,omitempty"`
}

// HasErrors tells whether a finding keeps somebody out or gives other rights than written.
func HasErrors(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == Error })
}

// position is a place in the file, counted from 1; the zero value is the file as a whole.
type position struct{ line, column int }

// report collects findings.
type report struct{ findings []Finding }

// add records a finding of a rule at a place.
func (r *report) add(rule *Rule, at position, fix, format string, args ...any) {
	r.findings = append(r.findings, Finding{
		Line: at.line, Column: at.column, Severity: rule.Severity, Rule: rule.Name, Cause: rule.Cause,
		Message: fmt.Sprintf(format, args...), Fix: fix,
	})
}

// sorted returns the findings in the order of the file.
func (r *report) sorted() []Finding {
	slices.SortStableFunc(r.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if r.findings == nil {
		return []Finding{}
	}
	return r.findings
}
