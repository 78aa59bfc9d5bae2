package controlplane

// Names of the components of a control plane.
const (
	APIServerComponent         = "kube-apiserver"
	AuthenticatorComponent     = "aws-iam-authenticator"
	ControllerManagerComponent = "kube-controller-manager"

	// AuditLog names the audit log among the logs, though it is no program's own.
	AuditLog = "kube-apiserver-audit"
)

// State is what a component is doing.
type State string

// The states of a component.
const (
	Starting State = "starting"
	Running  State = "running"
	// Exited is the state of a component that ended though nobody stopped it.
	Exited  State = "exited"
	Stopped State = "stopped"
)

// Component describes one program of a control plane.
type Component struct {
	Name string
	// PID is the process ID, or 0 if it does not run or not as a process of its own on this machine.
	PID     int
	LogFile string
	State   State
}

// Files are what decides who enters a cluster and what tells of it, as this machine sees them.
type Files struct {
	// Webhook is a kubeconfig by which the authenticator is asked, and Admin one that enters as a member of MastersGroup.
	// Either is empty, or not there, if this machine has no such way.
	Webhook string `json:"webhook,omitempty"`
	Admin   string `json:"admin,omitempty"`
	// Entries and Mode are the authenticator's access entries and authentication mode, Log is what it logs.
	Entries string `json:"entries"`
	Mode    string `json:"mode"`
	Log     string `json:"log"`
}

// Authorizer is a webhook that answers SubjectAccessReview of authorization.k8s.io/v1. The API server shows it a client
// certificate of the cluster's authority with the common name kube-apiserver.
type Authorizer struct {
	URL string
	// CAFile is the PEM file of the authority of its certificate.
	CAFile string
}
