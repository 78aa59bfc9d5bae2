package controlplane

import "os"

// Credentials are AWS credentials.
type Credentials struct {
	AccessKeyID, SecretAccessKey, SessionToken string
}

// Variable is one variable of a process's environment.
type Variable struct{ Name, Value string }

// AuthenticatorEnvironment is the environment of an authenticator, with paths as it sees them.
type AuthenticatorEnvironment struct {
	// Home is a folder of its own, Region that of its cluster.
	Home, Region string
	// Gateway is the URL of the HTTPS proxy through which it reaches AWS, and GatewayCA the PEM file of the authority behind
	// it. NoCertificates is an empty folder.
	Gateway, GatewayCA, NoCertificates string
	// Credentials are those of its own calls to EC2. Nil leaves it without any.
	Credentials *Credentials
}

// Variables send everything that the authenticator asks AWS to the gateway, trust nobody but the stack's authority, and keep it
// away from the AWS configuration of whoever started it.
func (e AuthenticatorEnvironment) Variables() []Variable {
	list := []Variable{
		{"HOME", e.Home},
		{"HTTPS_PROXY", e.Gateway},
		{"NO_PROXY", loopback + ",localhost,::1"},
		{"SSL_CERT_FILE", e.GatewayCA},
		{"SSL_CERT_DIR", e.NoCertificates},
		{"AWS_REGION", e.Region},
		{"AWS_CONFIG_FILE", os.DevNull},
		{"AWS_SHARED_CREDENTIALS_FILE", os.DevNull},
		{"AWS_EC2_METADATA_DISABLED", "true"},
	}
	if c := e.Credentials; c != nil {
		list = append(list, Variable{"AWS_ACCESS_KEY_ID", c.AccessKeyID}, Variable{"AWS_SECRET_ACCESS_KEY", c.SecretAccessKey})
		if c.SessionToken != "" {
			list = append(list, Variable{"AWS_SESSION_TOKEN", c.SessionToken})
		}
	}
	return list
}
