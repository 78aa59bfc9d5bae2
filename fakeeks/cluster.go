package fakeeks

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// Cluster is what EKS keeps of a cluster.
type Cluster struct {
	Name      string `json:"name"`
	Account   string `json:"account"`
	Partition string `json:"partition"`
	Region    string `json:"region"`
	// ID is the part of the endpoint's name that is unique to the cluster: 32 upper-case hexadecimal digits.
	ID      string              `json:"id"`
	Created time.Time           `json:"created"`
	Status  types.ClusterStatus `json:"status"`
	// Failure says why the status is FAILED.
	Failure string `json:"failure,omitempty"`
	// Version is the minor version of Kubernetes, such as 1.36.
	Version string `json:"version"`
	// RoleARN is the role that EKS itself would use.
	RoleARN string `json:"roleArn"`
	// CreatorARN is the principal that made the cluster, which the API never shows; empty if nobody knows it. If
	// BootstrapCreator is set it is an administrator: hidden in CONFIG_MAP mode, by an access entry in the others.
	CreatorARN       string `json:"creatorArn"`
	BootstrapCreator bool   `json:"bootstrapCreator"`
	// Endpoint is the address that DescribeCluster gives, with scheme, once the cluster serves. Loopback makes it the
	// address at which the kube-apiserver listens, instead of a name as EKS gives.
	Endpoint string `json:"endpoint"`
	Loopback bool   `json:"loopback,omitempty"`
	// Address is where the kube-apiserver listens, host:port.
	Address string `json:"address"`
	// CA is the cluster's certificate authority, as PEM.
	CA []byte `json:"ca"`
	// Imported says that the cluster stands for one that runs on AWS.
	Imported bool `json:"imported,omitempty"`
	// Mode says whose mappings let principals in.
	Mode types.AuthenticationMode `json:"mode"`
	// What follows is shown as it was given; nothing here acts on it.
	Network            *types.VpcConfigResponse               `json:"network,omitempty"`
	KubernetesNetwork  *types.KubernetesNetworkConfigResponse `json:"kubernetesNetwork,omitempty"`
	Logging            []types.LogSetup                       `json:"logging,omitempty"`
	UpgradePolicy      types.SupportType                      `json:"upgradePolicy,omitempty"`
	ZonalShift         bool                                   `json:"zonalShift,omitempty"`
	DeletionProtection bool                                   `json:"deletionProtection,omitempty"`
	Encryption         []types.EncryptionConfig               `json:"encryption,omitempty"`
	Tags               map[string]string                      `json:"tags,omitempty"`
}

func (c *Cluster) scope() scope { return scope{c.Account, c.Region} }

// ARN returns the cluster's ARN.
func (c *Cluster) ARN() string {
	return clusterARN(c.Partition, c.Region, c.Account, c.Name)
}

func clusterARN(partition, region, account, name string) string {
	return fmt.Sprintf("arn:%s:eks:%s:%s:cluster/%s", partition, region, account, name)
}

// domains are the partitions' DNS suffixes
// (https://docs.aws.amazon.com/general/latest/gr/rande.html#regional-endpoints).
var domains = map[string]string{"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}

// EndpointHost is the name that EKS gives the cluster's kube-apiserver.
func (c *Cluster) EndpointHost() string {
	return fmt.Sprintf("%s.gr7.%s.eks.%s", c.ID, c.Region, domains[c.Partition])
}

// Issuer is the URL of the cluster's OpenID Connect issuer, which signs service account tokens.
func (c *Cluster) Issuer() string {
	return fmt.Sprintf("https://oidc.eks.%s.%s/id/%s", c.Region, domains[c.Partition], c.ID)
}

// usesEntries tells whether access entries count in the cluster.
func (c *Cluster) usesEntries() bool { return c.Mode != types.AuthenticationModeConfigMap }

// serve takes over where the control plane answers.
func (c *Cluster) serve(at Serving) {
	c.Address, c.CA = at.Address, at.CA
	c.Endpoint = "https://" + at.Address
	if !c.Loopback {
		c.Endpoint = "https://" + c.EndpointHost()
	}
}
