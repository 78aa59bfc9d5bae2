package authenticator

import (
	"encoding/json"
	"io"
	"strings"
	"sync"

	"github.com/sirupsen/logrus"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/aws-iam-authenticator/pkg/config"
	"sigs.k8s.io/aws-iam-authenticator/pkg/mapper/configmap"
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

// quiet keeps the authenticator's packages from logging to our streams: what they would log is in what they return.
var quiet = sync.OnceFunc(func() { logrus.SetOutput(io.Discard) })

// ParseAWSAuth reads the data of an aws-auth ConfigMap as the authenticator does. With an error, which lists all that it
// could not read, it goes on with the rest, and so do the mappings returned.
func ParseAWSAuth(data map[string]string) (Mappings, error) {
	quiet()
	users, roles, accounts, err := configmap.ParseMap(data)
	return Mappings{Roles: roles, Users: users, Accounts: accounts}, err
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
