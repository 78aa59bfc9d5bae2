package metadata

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/eksauth/eksauth/fakeec2"
)

// node is a leaf, which makes its text when asked, or a folder.
type node struct {
	leaf   func() (string, error)
	folder map[string]node
}

func leaf(text string) node { return node{leaf: func() (string, error) { return text, nil }} }

func document(value any) node {
	return node{leaf: func() (string, error) {
		text, err := json.MarshalIndent(value, "", "  ")
		return string(text), err
	}}
}

func folder(content map[string]node) node { return node{folder: content} }

// text lists a folder, folders in it with a slash, without a newline at the end.
func (n node) text() (string, error) {
	if n.leaf != nil {
		return n.leaf()
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(n.folder)) {
		if n.folder[name].folder != nil {
			name += "/"
		}
		names = append(names, name)
	}
	return strings.Join(names, "\n"), nil
}

// lookup walks down a path. A slash after a leaf finds nothing.
func lookup(n node, path string) (node, bool) {
	for name := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		if name == "" && n.folder != nil {
			continue
		}
		next, ok := n.folder[name]
		if !ok {
			return node{}, false
		}
		n = next
	}
	return n, true
}

// root is all that the instance can read
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html#instancedata-data-categories).
func (s *Service) root(i *fakeec2.Instance) node {
	latest := map[string]node{
		"meta-data": s.metadata(i),
		"dynamic":   folder(map[string]node{"instance-identity": folder(map[string]node{"document": document(identity(i))})}),
	}
	if len(i.UserData) > 0 {
		latest["user-data"] = leaf(string(i.UserData))
	}
	tree := map[string]node{"latest": folder(latest)}
	for _, version := range versions {
		tree[version] = tree["latest"]
	}
	return folder(tree)
}

// versions are dates of the tree that clients ask for by name; all show the same.
var versions = []string{"1.0", "2009-04-04", "2016-09-02", "2018-09-24", "2019-10-01", "2020-10-27", "2021-03-23", "2021-07-15", "2022-09-24"}

func (s *Service) metadata(i *fakeec2.Instance) node {
	content := map[string]node{
		"ami-id": leaf(i.Image), "ami-launch-index": leaf("0"), "hostname": leaf(i.PrivateDNSName()),
		"instance-action": leaf("none"), "instance-id": leaf(i.ID), "instance-life-cycle": leaf("on-demand"),
		"instance-type": leaf(i.Type), "local-hostname": leaf(i.PrivateDNSName()), "local-ipv4": leaf(i.PrivateIP),
		"mac": leaf(i.MAC()), "profile": leaf("default-hvm"), "reservation-id": leaf(i.Reservation), "security-groups": leaf("default"),
		"network":   network(i),
		"placement": folder(map[string]node{"availability-zone": leaf(i.Zone), "region": leaf(i.Region)}),
		"services":  folder(map[string]node{"domain": leaf(domains[i.Partition]), "partition": leaf(i.Partition)}),
	}
	if i.Profile != "" {
		content["iam"] = s.iam(i)
	}
	if i.Metadata.Tags {
		content["tags"] = folder(map[string]node{"instance": leaves(i.Tags)})
	}
	return folder(content)
}

// domains are the partitions' DNS suffixes
// (https://docs.aws.amazon.com/general/latest/gr/rande.html#regional-endpoints).
var domains = map[string]string{"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}

func leaves(texts map[string]string) node {
	content := map[string]node{}
	for name, text := range texts {
		content[name] = leaf(text)
	}
	return folder(content)
}

func network(i *fakeec2.Instance) node {
	card := leaves(map[string]string{
		"device-number": "0", "interface-id": i.NetworkInterface(), "local-hostname": i.PrivateDNSName(), "local-ipv4s": i.PrivateIP,
		"mac": i.MAC(), "owner-id": i.Account, "security-group-ids": i.SecurityGroup(), "security-groups": "default",
		"subnet-id": i.Subnet(), "subnet-ipv4-cidr-block": fakeec2.SubnetCIDR,
		"vpc-id": i.VPC(), "vpc-ipv4-cidr-block": fakeec2.VPCCIDR, "vpc-ipv4-cidr-blocks": fakeec2.VPCCIDR,
	})
	return folder(map[string]node{"interfaces": folder(map[string]node{"macs": folder(map[string]node{i.MAC(): card})})})
}

// identityDocument is the instance identity document
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html).
type identityDocument struct {
	AccountID               string    `json:"accountId"`
	Architecture            string    `json:"architecture"`
	AvailabilityZone        string    `json:"availabilityZone"`
	BillingProducts         []string  `json:"billingProducts"`
	DevpayProductCodes      []string  `json:"devpayProductCodes"`
	MarketplaceProductCodes []string  `json:"marketplaceProductCodes"`
	ImageID                 string    `json:"imageId"`
	InstanceID              string    `json:"instanceId"`
	InstanceType            string    `json:"instanceType"`
	KernelID                *string   `json:"kernelId"`
	PendingTime             time.Time `json:"pendingTime"`
	PrivateIP               string    `json:"privateIp"`
	RamdiskID               *string   `json:"ramdiskId"`
	Region                  string    `json:"region"`
	Version                 string    `json:"version"`
}

func identity(i *fakeec2.Instance) identityDocument {
	return identityDocument{
		AccountID: i.Account, Architecture: "x86_64", AvailabilityZone: i.Zone, ImageID: i.Image, InstanceID: i.ID,
		InstanceType: i.Type, PendingTime: i.Launched, PrivateIP: i.PrivateIP, Region: i.Region, Version: "2017-09-30",
	}
}
