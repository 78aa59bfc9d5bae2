package fakeec2

import (
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/eksauth/eksauth/internal/directory"
)

// Instance is what EC2 keeps of an instance.
type Instance struct {
	ID          string `json:"id"`
	Reservation string `json:"reservation"`
	Account     string `json:"account"`
	Partition   string `json:"partition"`
	Region      string `json:"region"`
	Zone        string `json:"zone"`
	Image       string `json:"image"`
	Type        string `json:"type"`
	// PrivateIP is unique among the account's instances of the region.
	PrivateIP string `json:"privateIp"`
	// Profile is the name of the instance profile; empty if there is none.
	Profile string `json:"profile,omitempty"`
	// ClientToken makes RunInstances with the same token give the same instances.
	ClientToken string    `json:"clientToken,omitempty"`
	UserData    []byte    `json:"userData,omitempty"`
	Launched    time.Time `json:"launched"`
	// Terminated is zero while the instance runs.
	Terminated time.Time         `json:"terminated,omitzero"`
	Tags       map[string]string `json:"tags,omitempty"`
	Metadata   MetadataOptions   `json:"metadata"`
	// MetadataPort is the port of 127.0.0.1 at which the instance's metadata service listened last; 0 if it never did.
	MetadataPort int `json:"metadataPort,omitempty"`
}

// MetadataOptions say how the metadata service answers
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsRequest.html).
type MetadataOptions struct {
	// Disabled switches the service off.
	Disabled bool `json:"disabled,omitempty"`
	// TokensOptional lets in version 1, requests without a token.
	TokensOptional bool `json:"tokensOptional,omitempty"`
	// HopLimit is how many network hops the answer to a request for a token may take, 1 to 64.
	HopLimit int32 `json:"hopLimit"`
	// Tags shows the instance's tags.
	Tags bool `json:"tags,omitempty"`
}

// The network that all instances are in.
const (
	vpcID           = "vpc-0e1c5a0000000000a"
	subnetID        = "subnet-0e1c5a0000000000a"
	securityGroupID = "sg-0e1c5a0000000000a"
	// VPCCIDR and SubnetCIDR are the addresses of the network.
	VPCCIDR    = "10.0.0.0/16"
	SubnetCIDR = "10.0.0.0/16"
)

// VPC is the ID of the network that every instance is in.
func (i *Instance) VPC() string { return vpcID }

// Subnet is the ID of the only subnet.
func (i *Instance) Subnet() string { return subnetID }

// SecurityGroup is the ID of the only security group.
func (i *Instance) SecurityGroup() string { return securityGroupID }

// Running tells whether the instance was not terminated.
func (i *Instance) Running() bool { return i.Terminated.IsZero() }

// ARN returns the instance's ARN.
func (i *Instance) ARN() string {
	return fmt.Sprintf("arn:%s:ec2:%s:%s:instance/%s", i.Partition, i.Region, i.Account, i.ID)
}

// NetworkInterface is the ID of the instance's only network interface.
func (i *Instance) NetworkInterface() string { return "eni-" + strings.TrimPrefix(i.ID, "i-") }

// MAC is the interface's hardware address: a locally administered one with the private IP address in it.
func (i *Instance) MAC() string {
	var a, b, c, d int
	if _, err := fmt.Sscanf(i.PrivateIP, "%d.%d.%d.%d", &a, &b, &c, &d); err != nil {
		return "02:00:00:00:00:00"
	}
	return fmt.Sprintf("02:00:%02x:%02x:%02x:%02x", a, b, c, d)
}

// PrivateDNSName is the IP-based name that EC2 gives an instance
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hostname-types.html).
func (i *Instance) PrivateDNSName() string {
	domain := i.Region + ".compute.internal"
	if i.Region == "us-east-1" {
		domain = "ec2.internal"
	}
	return "ip-" + strings.ReplaceAll(i.PrivateIP, ".", "-") + "." + domain
}

// itemKind is the kind of the directory's items that are instances.
const itemKind = "ec2-instance"

func itemKey(account, region, id string) directory.Key[directory.Item] {
	return directory.ItemKey(itemKind, account, region, id)
}

// Find returns an instance, or nil if there is none.
func Find(r directory.Reader, account, region, id string) (*Instance, error) {
	item := directory.Get(r, itemKey(account, region, id))
	if item == nil {
		return nil, nil
	}
	return decode(item)
}

func decode(item *directory.Item) (*Instance, error) {
	instance := &Instance{}
	if err := json.Unmarshal(item.Data, instance); err != nil {
		return nil, fmt.Errorf("decode instance %s: %w", item.Name, err)
	}
	return instance, nil
}

func save(tx *directory.Tx, i *Instance) error {
	data, err := json.Marshal(i)
	if err != nil {
		return fmt.Errorf("encode instance %s: %w", i.ID, err)
	}
	directory.Put(tx, &directory.Item{Kind: itemKind, Account: i.Account, Region: i.Region, Name: i.ID, Data: data})
	return nil
}

// instances walks an account's instances of a region in the order of their IDs, those that were terminated a while ago
// left out. Region "" means all regions.
func (s *Service) instances(account, region string) iter.Seq2[*Instance, error] {
	all := directory.AllItems(itemKind, account, region, "")
	if region == "" {
		all = directory.Range[directory.Item](strings.TrimSuffix(string(all), "/"))
	}
	return func(yield func(*Instance, error) bool) {
		for item := range directory.List(s.cfg.Directory, all, "") {
			instance, err := decode(item)
			if err == nil && s.forgotten(instance) {
				continue
			}
			if !yield(instance, err) {
				return
			}
		}
	}
}

// forgetAfter is how long a terminated instance is still seen
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html).
const forgetAfter = time.Hour

func (s *Service) forgotten(i *Instance) bool {
	return !i.Running() && s.now().Sub(i.Terminated) > forgetAfter
}

// Running lists the running instances of all accounts and regions.
func (s *Service) Running() ([]*Instance, error) {
	var running []*Instance
	for account := range directory.List(s.cfg.Directory, directory.AllAccounts(), "") {
		for instance, err := range s.instances(account.ID, "") {
			if err != nil {
				return nil, err
			}
			if instance.Running() {
				running = append(running, instance)
			}
		}
	}
	return running, nil
}
