package controlplane

import "strings"

// Mode is a cluster's authentication mode, in the words of the EKS API
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_AccessConfigResponse.html).
type Mode string

// The authentication modes.
const (
	ModeConfigMap       Mode = "CONFIG_MAP"
	ModeAPIAndConfigMap Mode = "API_AND_CONFIG_MAP"
	ModeAPI             Mode = "API"
)

// backends is the order in which the authenticator asks where an identity is mapped; the first that knows it wins. An
// access entry comes before aws-auth
// (https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html).
//
// DynamicFile has a place in CONFIG_MAP mode since the authenticator takes the file's path only if its first mode names
// it; the file is empty then. The creator is hard-wired (MountedFile) in that mode alone: in the others EKS makes an
// access entry of it, which can be deleted.
var backends = map[Mode][]string{
	ModeConfigMap:       {"EKSConfigMap", "DynamicFile", "MountedFile"},
	ModeAPIAndConfigMap: {"DynamicFile", "EKSConfigMap"},
	ModeAPI:             {"DynamicFile"},
}

// Known tells whether m is one of the authentication modes.
func (m Mode) Known() bool { return backends[m] != nil }

func (m Mode) readsConfigMap() bool { return m != ModeAPI }

// Mapping says as which Kubernetes user and with which groups an IAM user or role enters.
type Mapping struct {
	// ARN is that of the user or the role (not of a role session), without the path if it is a role.
	ARN string
	// PrincipalID is the unique ID, AIDA… or AROA…. An access entry is looked up by it; the creator's needs none.
	PrincipalID string
	// Username may have the authenticator's templates, such as {{SessionName}} and {{EC2PrivateDNSName}}.
	Username string
	Groups   []string
}

// roleMapping and userMapping are the authenticator's own forms of a mapping.
type roleMapping struct {
	ARN      string   `json:"rolearn"`
	UserID   string   `json:"userid,omitempty"`
	Username string   `json:"username"`
	Groups   []string `json:"groups"`
}

type userMapping struct {
	ARN      string   `json:"userarn"`
	UserID   string   `json:"userid,omitempty"`
	Username string   `json:"username"`
	Groups   []string `json:"groups"`
}

func authenticatorMappings(mappings []Mapping) (roles []roleMapping, users []userMapping) {
	for _, m := range mappings {
		if strings.Contains(m.ARN, ":role/") {
			roles = append(roles, roleMapping{m.ARN, m.PrincipalID, m.Username, m.Groups})
		} else {
			users = append(users, userMapping{m.ARN, m.PrincipalID, m.Username, m.Groups})
		}
	}
	return roles, users
}
