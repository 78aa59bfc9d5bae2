package directory

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/eksauth/eksauth/internal/policy"
)

// denial is what an encoded authorization message says, in the form that AWS documents
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html).
type denial struct {
	Allowed           bool             `json:"allowed"`
	ExplicitDeny      bool             `json:"explicitDeny"`
	MatchedStatements items[statement] `json:"matchedStatements"`
	Failures          items[struct{}]  `json:"failures"`
	Context           denialContext    `json:"context"`
}

type items[T any] struct {
	Items []T `json:"items"`
}

type statement struct {
	StatementID string `json:"statementId"`
	Effect      string `json:"effect"`
	Policy      string `json:"sourcePolicyId"`
}

type denialContext struct {
	Principal  denialPrincipal  `json:"principal"`
	Action     string           `json:"action"`
	Resource   string           `json:"resource"`
	Conditions items[condition] `json:"conditions"`
}

type denialPrincipal struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	ARN  string `json:"arn"`
}

type condition struct {
	Key    string       `json:"key"`
	Values items[value] `json:"values"`
}

type value struct {
	Value string `json:"value"`
}

// EncodeDenial turns a denial into a message that only DecodeDenial for an account opens: what a service may tell a caller
// whom it does not want to tell why.
func (d *Directory) EncodeDenial(e *DeniedError) (string, error) {
	text, err := json.Marshal(describe(e))
	if err != nil {
		return "", fmt.Errorf("encode an authorization message: %w", err)
	}
	return d.seal.seal(d.cfg.Rand, denialPurpose(e.Request.Principal.Account), text)
}

// DecodeDenial opens a message that EncodeDenial made for a caller of the account. It says false for anything else.
func (d *Directory) DecodeDenial(account, message string) (string, bool) {
	text, err := d.seal.open(denialPurpose(account), message)
	return string(text), err == nil
}

func denialPurpose(account string) string { return "authorization message of " + account }

func describe(e *DeniedError) denial {
	said := denial{
		ExplicitDeny:      e.Decision.Outcome == policy.ExplicitDeny,
		MatchedStatements: items[statement]{Items: []statement{}},
		Failures:          items[struct{}]{Items: []struct{}{}},
		Context: denialContext{
			Principal:  denialPrincipal{ID: e.Request.Principal.ID, Name: e.Request.Principal.Name, ARN: e.Request.Principal.ARN},
			Action:     e.Request.Action,
			Resource:   e.Request.Resource,
			Conditions: items[condition]{Items: []condition{}},
		},
	}
	if m, ok := e.Decision.Match(); ok && said.ExplicitDeny {
		said.MatchedStatements.Items = []statement{{StatementID: m.Sid, Effect: "DENY", Policy: m.Policy.Name}}
	}
	for _, key := range slices.Sorted(maps.Keys(e.Request.Context)) {
		c := condition{Key: key}
		for _, v := range e.Request.Context[key] {
			c.Values.Items = append(c.Values.Items, value{v})
		}
		said.Context.Conditions.Items = append(said.Context.Conditions.Items, c)
	}
	return said
}
