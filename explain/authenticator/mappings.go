package authenticator

import (
	"encoding/json"
	"fmt"
	"strings"

	yamlv2 "gopkg.in/yaml.v2"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/aws-iam-authenticator/pkg/config"
)

// Role is the authenticator's own form of an entry of mapRoles.
type Role = config.RoleMapping

// User is the authenticator's own form of an entry of mapUsers.
type User = config.UserMapping

// Mappings are what the authenticator keeps of an aws-auth ConfigMap.
type Mappings struct {
	Roles    []Role
	Users    []User
	Accounts []string
}

// ParseError is all that the authenticator could not read of an aws-auth ConfigMap, in the words that it logs.
type ParseError struct{ Problems []error }

// Error is the text of the authenticator's log line.
func (e *ParseError) Error() string { return fmt.Sprintf("error parsing config map: %v", e.Problems) }

// ParseAWSAuth reads the data of an aws-auth ConfigMap as the authenticator does. With an error, which is a *ParseError, the
// authenticator goes on with what it could read, and so do the mappings returned.
func ParseAWSAuth(data map[string]string) (Mappings, error) {
	var m Mappings
	users, problems := readMappings(data["mapUsers"], (*User).Validate)
	roles, more := readMappings(data["mapRoles"], (*Role).Validate)
	problems = append(problems, more...)
	m.Users, m.Roles = users, roles
	if text := data["mapAccounts"]; !Skips(text) {
		// The authenticator reads this list alone by the older library, which keeps the digits of a number.
		if err := yamlv2.Unmarshal([]byte(text), &m.Accounts); err != nil {
			problems = append(problems, err)
		}
	}
	if len(problems) > 0 {
		return m, &ParseError{problems}
	}
	return m, nil
}

// readMappings reads a list and keeps the entries that are valid. An error of type loses single fields only.
func readMappings[T any](text string, validate func(*T) error) (kept []T, problems []error) {
	if Skips(text) {
		return nil, nil
	}
	data, err := yaml.ToJSON([]byte(text))
	if err != nil {
		return nil, []error{err}
	}
	var entries []T
	if err := json.Unmarshal(data, &entries); err != nil {
		problems = append(problems, err)
	}
	for i := range entries {
		if err := validate(&entries[i]); err != nil {
			problems = append(problems, err)
			continue
		}
		kept = append(kept, entries[i])
	}
	return kept, problems
}

// ReadList turns the text of mapRoles or mapUsers into JSON by the reader that the authenticator uses, whose YAML is
// version 1.1, and returns its items. The error is in the words that the authenticator would log.
func ReadList(text string) ([]json.RawMessage, error) {
	data, err := yaml.ToJSON([]byte(text))
	if err != nil {
		return nil, err
	}
	var items []json.RawMessage
	if err := json.Unmarshal(data, &items); err != nil {
		return nil, err
	}
	return items, nil
}

// Skips tells whether the authenticator takes the text of a list for empty.
func Skips(text string) bool {
	switch strings.TrimSpace(text) {
	case "", "``", `""`, "''":
		return true
	}
	return false
}
