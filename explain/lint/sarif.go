package lint

import (
	"net/url"
	"path/filepath"
	"slices"
)

// The part of SARIF 2.1.0 that findings need. See
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html.
type sarif struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver sarifDriver `json:"driver"`
	} `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifDriver struct {
	Name  string      `json:"name"`
	Rules []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID                   string       `json:"id"`
	ShortDescription     sarifMessage `json:"shortDescription"`
	DefaultConfiguration struct {
		Level Severity `json:"level"`
	} `json:"defaultConfiguration"`
	Properties map[string]int `json:"properties,omitempty"`
}

type sarifMessage struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID    string          `json:"ruleId"`
	RuleIndex int             `json:"ruleIndex"`
	Level     Severity        `json:"level"`
	Message   sarifMessage    `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

type sarifLocation struct {
	PhysicalLocation struct {
		ArtifactLocation struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region *sarifRegion `json:"region,omitempty"`
	} `json:"physicalLocation"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
}

// sarifLog is the findings as a SARIF log of one run. Our severities are SARIF's levels.
func sarifLog(file File) sarif {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "eksauth", Rules: sarifRules()}
	for _, f := range file.Findings {
		run.Results = append(run.Results, file.sarifResult(f))
	}
	return sarif{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}}
}

func sarifRules() []sarifRule {
	rules := make([]sarifRule, len(registered))
	for i, r := range registered {
		rules[i] = sarifRule{ID: r.Name, ShortDescription: sarifMessage{r.Summary}}
		rules[i].DefaultConfiguration.Level = r.Severity
		if r.Cause > 0 {
			rules[i].Properties = map[string]int{"cause": r.Cause}
		}
	}
	return rules
}

func (f File) sarifResult(finding Finding) sarifResult {
	message := finding.Message
	if finding.Fix != "" {
		message += "\nfix: " + finding.Fix
	}
	var location sarifLocation
	location.PhysicalLocation.ArtifactLocation.URI = (&url.URL{Path: filepath.ToSlash(f.Name)}).String()
	if finding.Line > 0 {
		location.PhysicalLocation.Region = &sarifRegion{finding.Line, finding.Column}
	}
	return sarifResult{
		RuleID:    finding.Rule,
		RuleIndex: slices.IndexFunc(registered, func(r *Rule) bool { return r.Name == finding.Rule }),
		Level:     finding.Severity, Message: sarifMessage{message}, Locations: []sarifLocation{location},
	}
}
