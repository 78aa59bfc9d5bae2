package config

// File is a whole configuration.
type File struct {
	// Region is the AWS region of the clusters and of the profiles; it decides the partition too.
	Region string `yaml:"region,omitempty"`
	// Runtime is how control planes run: RuntimeLocal (the default) or RuntimeKind.
	Runtime string `yaml:"runtime,omitempty"`
	// Workers is how many worker nodes a kind cluster has.
	Workers int `yaml:"workers,omitempty"`
	// Versions are folders with the kube-apiserver and kube-controller-manager of further versions of Kubernetes.
	Versions []string `yaml:"versions,omitempty"`
	// Accounts are the AWS accounts of the stack, each with its people and roles.
	Accounts []Account `yaml:"accounts"`
	// Clusters are the EKS clusters that start with the stack.
	Clusters []Cluster `yaml:"clusters,omitempty"`
}

// Ways to run control planes.
const (
	// RuntimeLocal runs them as processes of this machine.
	RuntimeLocal = "local"
	// RuntimeKind runs them as kind clusters, in containers.
	RuntimeKind = "kind"
)

// Account is one AWS account.
type Account struct {
	// ID is the account's number: twelve digits, quoted in YAML so that a leading zero stays.
	ID string `yaml:"id"`
	// Users are the account's IAM users.
	Users []User `yaml:"users,omitempty"`
	// Roles are the account's IAM roles.
	Roles []Role `yaml:"roles,omitempty"`
}

// User is an IAM user.
type User struct {
	Name string `yaml:"name"`
	Path string `yaml:"path,omitempty"`
	// Profile names the entry in the AWS configuration that holds the user's access key; empty means no entry.
	Profile string `yaml:"profile,omitempty"`
	// Policies are attached managed policies: names of AWS managed policies, or policy ARNs.
	Policies []string `yaml:"policies,omitempty"`
	// AccessKeyID and SecretAccessKey give the user's key; without them one is made.
	AccessKeyID     string            `yaml:"accessKeyId,omitempty"`
	SecretAccessKey string            `yaml:"secretAccessKey,omitempty"`
	Tags            map[string]string `yaml:"tags,omitempty"`
}

// Role is an IAM role.
type Role struct {
	Name string `yaml:"name"`
	Path string `yaml:"path,omitempty"`
	// Trust says who may assume the role.
	Trust Trust `yaml:"trust"`
	// Profile names an entry in the AWS configuration that assumes the role with the credentials of SourceProfile.
	Profile       string            `yaml:"profile,omitempty"`
	SourceProfile string            `yaml:"sourceProfile,omitempty"`
	Policies      []string          `yaml:"policies,omitempty"`
	Tags          map[string]string `yaml:"tags,omitempty"`
}

// Trust is a role's trust policy: exactly one of its fields is given.
type Trust struct {
	// Service trusts an AWS service, such as ec2.amazonaws.com.
	Service string `yaml:"service,omitempty"`
	// AWS trusts principals: ARNs, account numbers, or user/NAME and role/NAME of the same account.
	AWS []string `yaml:"aws,omitempty"`
	// Policy is a whole trust policy as JSON text.
	Policy string `yaml:"policy,omitempty"`
}

// Endpoint styles of a cluster.
const (
	// EndpointAWS gives the cluster a name as EKS gives it, reached through the gateway.
	EndpointAWS = "aws"
	// EndpointLoopback gives the address at which the kube-apiserver listens.
	EndpointLoopback = "loopback"
)

// Cluster is an EKS cluster.
type Cluster struct {
	Name string `yaml:"name"`
	// Account is the number of the account that owns the cluster.
	Account string `yaml:"account"`
	// Creator is the principal with hidden administrator rights: user/NAME or role/NAME of the account.
	Creator string `yaml:"creator"`
	// Version is the minor version of Kubernetes that the cluster is made with, such as 1.36; that of the stack if empty.
	Version string `yaml:"version,omitempty"`
	// AuthenticationMode is CONFIG_MAP (the default), API_AND_CONFIG_MAP or API, when the cluster is first made.
	AuthenticationMode string `yaml:"authenticationMode,omitempty"`
	// Endpoint is EndpointAWS (the default) or EndpointLoopback: what DescribeCluster answers.
	Endpoint string `yaml:"endpoint,omitempty"`
	// Port is where the kube-apiserver listens on 127.0.0.1; 0 takes a free one and keeps it.
	Port int `yaml:"port,omitempty"`
	// AWSAuth is written to the ConfigMap kube-system/aws-auth when the cluster is first made.
	AWSAuth *AWSAuth `yaml:"awsAuth,omitempty"`
	// AccessEntries are made when the cluster is first made, beside the creator's own. They need a mode with API in it.
	AccessEntries []AccessEntry `yaml:"accessEntries,omitempty"`
}

// AccessEntry lets a principal in through the EKS API.
type AccessEntry struct {
	// Principal is user/NAME or role/NAME of the cluster's account, or the ARN of a user or a role, path included.
	Principal string `yaml:"principal"`
	// Type is STANDARD (the default), EC2_LINUX, EC2_WINDOWS, FARGATE_LINUX, HYBRID_LINUX or EC2.
	Type string `yaml:"type,omitempty"`
	// Username and Groups are for STANDARD entries; EKS makes a username where none is given.
	Username string         `yaml:"username,omitempty"`
	Groups   []string       `yaml:"groups,omitempty"`
	Policies []AccessPolicy `yaml:"policies,omitempty"`
}

// AccessPolicy associates an access policy with an entry.
type AccessPolicy struct {
	// Name is the policy's name, such as AmazonEKSViewPolicy.
	Name string `yaml:"name"`
	// Namespaces are where it holds, such as dev-*; none is the whole cluster.
	Namespaces []string `yaml:"namespaces,omitempty"`
}

// AWSAuth is the content of the ConfigMap aws-auth.
type AWSAuth struct {
	MapRoles    []RoleMapping `yaml:"mapRoles,omitempty"`
	MapUsers    []UserMapping `yaml:"mapUsers,omitempty"`
	MapAccounts []string      `yaml:"mapAccounts,omitempty"`
}

// RoleMapping lets a role in.
type RoleMapping struct {
	RoleARN  string   `yaml:"rolearn"`
	Username string   `yaml:"username"`
	Groups   []string `yaml:"groups,omitempty"`
}

// UserMapping lets a user in.
type UserMapping struct {
	UserARN  string   `yaml:"userarn"`
	Username string   `yaml:"username"`
	Groups   []string `yaml:"groups,omitempty"`
}
