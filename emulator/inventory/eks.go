package inventory

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/fakeeks"
)

// described is a cluster with the file that describes it.
type described struct {
	file string
	Cluster
}

var (
	clusterARN = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):eks:([a-z0-9-]+):(\d{12}):cluster/([0-9A-Za-z][A-Za-z0-9_-]{0,99})$`)
	// endpointID is the part of an endpoint's name that is unique to its cluster.
	endpointID = regexp.MustCompile(`^https://([0-9A-F]{32})\.`)
	// entryARN names the cluster: region, account and name.
	entryARN = regexp.MustCompile(`^arn:[a-z-]+:eks:([a-z0-9-]+):(\d{12}):access-entry/([^/]+)/`)
)

// cluster reads an answer of aws eks describe-cluster
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html).
func (r *reader) cluster(file string, document json.RawMessage) error {
	var answer struct {
		Cluster struct {
			ARN, Version, RoleARN, Endpoint string
			CreatedAt                       moment
			AccessConfig                    struct{ AuthenticationMode types.AuthenticationMode }
			ResourcesVPCConfig              *types.VpcConfigResponse
			KubernetesNetworkConfig         *types.KubernetesNetworkConfigResponse
			Logging                         struct{ ClusterLogging []types.LogSetup }
			EncryptionConfig                []types.EncryptionConfig
			ConnectorConfig                 *struct{}
			Tags                            map[string]string
		}
	}
	if err := json.Unmarshal(document, &answer); err != nil {
		return err
	}
	in := &answer.Cluster
	match := clusterARN.FindStringSubmatch(in.ARN)
	if match == nil {
		return fmt.Errorf("%q is not the ARN of an EKS cluster", in.ARN)
	}
	if in.ConnectorConfig != nil {
		return errors.New("the cluster is connected to EKS but does not run there: nobody enters it through IAM")
	}
	mode := in.AccessConfig.AuthenticationMode
	if mode == "" { // from before there were modes
		mode = types.AuthenticationModeConfigMap
	}
	c := described{file: file, Cluster: Cluster{Cluster: fakeeks.Cluster{
		Name: match[4], Account: match[3], Partition: match[1], Region: match[2], Created: in.CreatedAt.Time, Version: in.Version, RoleARN: in.RoleARN, Mode: mode,
		Network: in.ResourcesVPCConfig, KubernetesNetwork: in.KubernetesNetworkConfig, Logging: in.Logging.ClusterLogging,
		Encryption: in.EncryptionConfig, Tags: in.Tags,
	}}}
	if id := endpointID.FindStringSubmatch(in.Endpoint); id != nil {
		c.ID = id[1]
	}
	for _, other := range r.clusters {
		if other.ARN() == c.ARN() {
			return fmt.Errorf("the cluster %s is described in %s too: keep the newer file", c.ARN(), other.file)
		}
	}
	r.clusters = append(r.clusters, &c)
	return nil
}

// entryAnswer is an answer of aws eks describe-access-entry.
type entryAnswer struct {
	file  string
	entry types.AccessEntry
}

// entry reads an access entry (https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAccessEntry.html).
func (r *reader) entry(file string, document json.RawMessage) error {
	var answer struct {
		AccessEntry struct {
			ClusterName, PrincipalARN, AccessEntryARN, Username, Type string
			KubernetesGroups                                          []string
			CreatedAt, ModifiedAt                                     moment
			Tags                                                      map[string]string
		}
	}
	if err := json.Unmarshal(document, &answer); err != nil {
		return err
	}
	in := &answer.AccessEntry
	if p, ok := parseARN(in.PrincipalARN); !ok || p.kind != "role" && p.kind != "user" || in.Type == "" || in.ClusterName == "" {
		return fmt.Errorf("the access entry of %q in cluster %q has no type, or is of no user or role", in.PrincipalARN, in.ClusterName)
	}
	r.entries = append(r.entries, entryAnswer{file, types.AccessEntry{
		ClusterName: &in.ClusterName, PrincipalArn: &in.PrincipalARN, AccessEntryArn: &in.AccessEntryARN, Username: &in.Username, Type: &in.Type,
		KubernetesGroups: in.KubernetesGroups, CreatedAt: &in.CreatedAt.Time, ModifiedAt: &in.ModifiedAt.Time, Tags: in.Tags,
	}})
	return nil
}

// listAnswer is an answer of aws eks list-access-entries, which does not name its cluster.
type listAnswer struct {
	file string
	arns []string
}

func (r *reader) listed(file string, document json.RawMessage) error {
	var answer struct {
		AccessEntries []string
		NextToken     string
	}
	if err := json.Unmarshal(document, &answer); err != nil {
		return err
	}
	r.lists = append(r.lists, listAnswer{file, answer.AccessEntries})
	return nil
}

// policiesAnswer is an answer of aws eks list-associated-access-policies.
type policiesAnswer struct {
	file, cluster, principal string
	policies                 []types.AssociatedAccessPolicy
}

func (r *reader) associated(file string, document json.RawMessage) error {
	var answer struct {
		ClusterName, PrincipalARN string
		AssociatedAccessPolicies  []struct {
			PolicyARN                string
			AccessScope              types.AccessScope
			AssociatedAt, ModifiedAt moment
		}
	}
	if err := json.Unmarshal(document, &answer); err != nil {
		return err
	}
	if answer.ClusterName == "" || answer.PrincipalARN == "" {
		return errors.New("it does not say of which cluster and principal: print the whole answer, without --query")
	}
	found := policiesAnswer{file: file, cluster: answer.ClusterName, principal: answer.PrincipalARN}
	for _, in := range answer.AssociatedAccessPolicies {
		found.policies = append(found.policies, types.AssociatedAccessPolicy{
			PolicyArn: aws.String(in.PolicyARN), AccessScope: &in.AccessScope, AssociatedAt: &in.AssociatedAt.Time, ModifiedAt: &in.ModifiedAt.Time,
		})
	}
	r.policed = append(r.policed, found)
	return nil
}
