package fakeec2

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/eksauth/eksauth/internal/directory"
)

// Launch records one instance as template has it, with an ID and an address of its own, without asking any policy: it is
// what whoever runs the stack does. The template needs Account, Region and, for a role, Profile.
func (s *Service) Launch(ctx context.Context, template Instance) (*Instance, error) {
	if template.Zone == "" {
		template.Zone = template.Region + "a"
	}
	if template.Metadata.HopLimit == 0 {
		template.Metadata.HopLimit = 1
	}
	instances, err := s.launch(ctx, template, 1)
	if err != nil {
		return nil, err
	}
	return instances[0], nil
}

// launch records count instances of one reservation, all or none.
func (s *Service) launch(ctx context.Context, template Instance, count int) ([]*Instance, error) {
	reservation, err := s.newID("r-")
	if err != nil {
		return nil, err
	}
	instances := make([]*Instance, count)
	taken, err := s.takenAddresses(template.Account, template.Region)
	if err != nil {
		return nil, err
	}
	for i := range instances {
		instance := template
		instance.Reservation, instance.Launched = reservation, s.now()
		if instance.ID, err = s.newID("i-"); err != nil {
			return nil, err
		}
		if instance.PrivateIP, err = s.newAddress(taken); err != nil {
			return nil, err
		}
		taken[instance.PrivateIP] = true
		instances[i] = &instance
	}
	err = s.cfg.Directory.Update(ctx, func(tx *directory.Tx) error {
		var errs []error
		for _, instance := range instances {
			errs = append(errs, save(tx, instance))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		return nil, fmt.Errorf("record new instances: %w", err)
	}
	for _, instance := range instances {
		s.cfg.Changed(instance)
	}
	return instances, nil
}

// newID makes an ID of seventeen hexadecimal digits
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html).
func (s *Service) newID(prefix string) (string, error) {
	var random [9]byte
	if _, err := io.ReadFull(s.cfg.Rand, random[:]); err != nil {
		return "", fmt.Errorf("make an ID: %w", err)
	}
	return prefix + hex.EncodeToString(random[:])[:17], nil
}

func (s *Service) takenAddresses(account, region string) (map[string]bool, error) {
	taken := map[string]bool{}
	for instance, err := range s.instances(account, region) {
		if err != nil {
			return nil, err
		}
		taken[instance.PrivateIP] = true
	}
	return taken, nil
}

// newAddress picks a free address at random, so that a new instance hardly ever gets the name of one that is gone. The
// first four and the last address of a subnet are AWS's own
// (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html).
func (s *Service) newAddress(taken map[string]bool) (string, error) {
	for range 1000 {
		var random [2]byte
		if _, err := io.ReadFull(s.cfg.Rand, random[:]); err != nil {
			return "", fmt.Errorf("make an address: %w", err)
		}
		address := fmt.Sprintf("10.0.%d.%d", random[0], random[1])
		if random[1] >= 4 && random[1] < 255 && !taken[address] {
			return address, nil
		}
	}
	return "", refusal("InsufficientFreeAddressesInSubnet", "There are not enough free addresses in subnet '%s' to satisfy the requested number of instances.", subnetID)
}

// SetMetadataPort records where the metadata service of an instance listens.
func (s *Service) SetMetadataPort(ctx context.Context, i *Instance, port int) error {
	err := s.cfg.Directory.Update(ctx, func(tx *directory.Tx) error {
		current, err := Find(tx, i.Account, i.Region, i.ID)
		if err != nil || current == nil {
			return err
		}
		current.MetadataPort = port
		return save(tx, current)
	})
	if err != nil {
		return fmt.Errorf("record the metadata service of %s: %w", i.ID, err)
	}
	return nil
}
