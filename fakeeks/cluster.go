package fakeeks

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/internal/directory"
)

// clusterKind is the kind of the directory's items that hold clusters.
const clusterKind = "cluster"

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
	// Version is the minor version of Kubernetes, such as 1.36.
	Version string `json:"version"`
	// CreatorARN is the principal that made the cluster, which the API never shows.
	CreatorARN string `json:"creatorArn"`
	// Endpoint is the address that DescribeCluster gives, with scheme.
	Endpoint string `json:"endpoint"`
	// Address is where the kube-apiserver listens, host:port.
	Address string `json:"address"`
	// CA is the cluster's certificate authority, as PEM.
	CA []byte `json:"ca"`
	// Mode says whose mappings let principals in.
	Mode types.AuthenticationMode `json:"mode"`
	Tags map[string]string        `json:"tags,omitempty"`
}

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

// item is the directory's record of the cluster.
func (c *Cluster) item() (*directory.Item, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encode cluster %q: %w", c.Name, err)
	}
	return &directory.Item{Kind: clusterKind, Account: c.Account, Region: c.Region, Name: c.Name, Data: data}, nil
}

func clusterOf(item *directory.Item) (*Cluster, error) {
	cluster := &Cluster{}
	if err := json.Unmarshal(item.Data, cluster); err != nil {
		return nil, fmt.Errorf("decode cluster %q: %w", item.Name, err)
	}
	return cluster, nil
}

// describe is the cluster as DescribeCluster shows it.
func (c *Cluster) describe() *types.Cluster {
	out := &types.Cluster{
		Name:            aws.String(c.Name),
		Arn:             aws.String(c.ARN()),
		CreatedAt:       aws.Time(c.Created),
		Status:          c.Status,
		Version:         aws.String(c.Version),
		PlatformVersion: aws.String("eks.1"),
		RoleArn:         aws.String(fmt.Sprintf("arn:%s:iam::%s:role/eks-cluster-role", c.Partition, c.Account)),
		AccessConfig:    &types.AccessConfigResponse{AuthenticationMode: c.Mode},
		Health:          &types.ClusterHealth{Issues: []types.ClusterIssue{}},
		Identity:        &types.Identity{Oidc: &types.OIDC{Issuer: aws.String(c.Issuer())}},
		KubernetesNetworkConfig: &types.KubernetesNetworkConfigResponse{
			IpFamily: types.IpFamilyIpv4, ServiceIpv4Cidr: aws.String("10.100.0.0/16"),
		},
		ResourcesVpcConfig: &types.VpcConfigResponse{EndpointPublicAccess: true, PublicAccessCidrs: []string{"0.0.0.0/0"}},
		Tags:               c.Tags,
	}
	if c.Endpoint != "" { // while a cluster is being created it has neither
		out.Endpoint = aws.String(c.Endpoint)
		out.CertificateAuthority = &types.Certificate{Data: aws.String(base64.StdEncoding.EncodeToString(c.CA))}
	}
	return out
}
