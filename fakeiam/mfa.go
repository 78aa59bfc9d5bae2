package fakeiam

import (
	"context"
	"encoding/base32"
	"fmt"
	"io"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"rsc.io/qr"

	"github.com/eksauth/eksauth/internal/directory"
)

const (
	// seedBytes gives the 64 characters that AWS's seeds have.
	seedBytes = 40
	// mfaPerUser is AWS's quota.
	mfaPerUser = 8
)

// CreateVirtualMFADevice makes a device, whose seed is told this once, as text and as a picture.
func (s *Service) CreateVirtualMFADevice(ctx context.Context, in *iam.CreateVirtualMFADeviceInput) (*iam.CreateVirtualMFADeviceOutput, error) {
	tags, err := newTags(in.Tags)
	if err != nil {
		return nil, err
	}
	seed := make([]byte, seedBytes)
	if _, err := io.ReadFull(s.rand, seed); err != nil {
		return nil, fmt.Errorf("make a seed: %w", err)
	}
	device := &directory.MFADevice{}
	err = s.update(ctx, func(tx *directory.Tx) error {
		account, name := accountOf(ctx), aws.ToString(in.VirtualMFADeviceName)
		if directory.Get(tx, directory.MFADeviceKey(account, name)) != nil {
			return alreadyExists("MFADevice entity at the same path and name already exists.")
		}
		device = &directory.MFADevice{Seed: seed}
		var err error
		device.Resource, err = s.dir.NewResource(tx, directory.UserID, account, name, aws.ToString(in.Path), tags)
		directory.Put(tx, device)
		return err
	})
	if err != nil {
		return nil, err
	}
	text := base32.StdEncoding.EncodeToString(seed)
	picture, err := seedPicture(device, text)
	if err != nil {
		return nil, err
	}
	return &iam.CreateVirtualMFADeviceOutput{VirtualMFADevice: &types.VirtualMFADevice{
		SerialNumber: aws.String(device.Serial()), Base32StringSeed: []byte(text), QRCodePNG: picture, Tags: tagList(device.Tags),
	}}, nil
}

// seedPicture is the QR code from which an authenticator app reads a new device: a PNG of the URI that AWS documents
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html). A new device is nobody's yet, so the
// account stands where the user's name would.
func seedPicture(device *directory.MFADevice, seed string) ([]byte, error) {
	code, err := qr.Encode(fmt.Sprintf("otpauth://totp/%s@%s?secret=%s", device.Name, device.Account, seed), qr.M)
	if err != nil {
		return nil, fmt.Errorf("draw the QR code of %s: %w", device.Serial(), err)
	}
	return code.PNG(), nil
}

// DeleteVirtualMFADevice refuses while a user has the device enabled.
func (s *Service) DeleteVirtualMFADevice(ctx context.Context, in *iam.DeleteVirtualMFADeviceInput) (*iam.DeleteVirtualMFADeviceOutput, error) {
	err := s.update(ctx, func(tx *directory.Tx) error {
		device, err := s.device(ctx, tx, in.SerialNumber)
		if err != nil {
			return err
		}
		if device.User != "" {
			return deleteConflict("MFA VirtualDevice in use. Must deactivate first.")
		}
		directory.Delete(tx, directory.MFADeviceKey(device.Account, device.Name))
		return nil
	})
	return &iam.DeleteVirtualMFADeviceOutput{}, err
}

// EnableMFADevice gives a device to a user who shows two codes of it in a row.
func (s *Service) EnableMFADevice(ctx context.Context, in *iam.EnableMFADeviceInput) (*iam.EnableMFADeviceOutput, error) {
	err := s.changeDevice(ctx, in.UserName, in.SerialNumber, func(user *directory.User, device *directory.MFADevice) error {
		switch {
		case device.User != "":
			return alreadyExists("MFA Device is already in use")
		case len(user.MFADevices) >= mfaPerUser:
			return quotaExceeded("MFADevicesPerUser", mfaPerUser)
		case !device.VerifyMFACodes(aws.ToString(in.AuthenticationCode1), aws.ToString(in.AuthenticationCode2), s.now()):
			return invalidCode()
		}
		device.User, device.Enabled = user.ID, s.seconds()
		user.MFADevices = append(user.MFADevices, directory.MFALink{Serial: device.Serial(), Enabled: device.Enabled})
		return nil
	})
	return &iam.EnableMFADeviceOutput{}, err
}

// ResyncMFADevice shows that a user still has the device.
func (s *Service) ResyncMFADevice(ctx context.Context, in *iam.ResyncMFADeviceInput) (*iam.ResyncMFADeviceOutput, error) {
	err := s.changeDevice(ctx, in.UserName, in.SerialNumber, func(user *directory.User, device *directory.MFADevice) error {
		if device.User != user.ID {
			return noDevice(in.SerialNumber)
		}
		if !device.VerifyMFACodes(aws.ToString(in.AuthenticationCode1), aws.ToString(in.AuthenticationCode2), s.now()) {
			return invalidCode()
		}
		return nil
	})
	return &iam.ResyncMFADeviceOutput{}, err
}

// DeactivateMFADevice takes a device from its user.
func (s *Service) DeactivateMFADevice(ctx context.Context, in *iam.DeactivateMFADeviceInput) (*iam.DeactivateMFADeviceOutput, error) {
	err := s.changeDevice(ctx, in.UserName, in.SerialNumber, func(user *directory.User, device *directory.MFADevice) error {
		if device.User != user.ID {
			return noDevice(in.SerialNumber)
		}
		device.User = ""
		user.MFADevices = slices.DeleteFunc(user.MFADevices, func(l directory.MFALink) bool { return l.Serial == device.Serial() })
		return nil
	})
	return &iam.DeactivateMFADeviceOutput{}, err
}

func (s *Service) changeDevice(ctx context.Context, userName, serial *string, change func(*directory.User, *directory.MFADevice) error) error {
	return s.update(ctx, func(tx *directory.Tx) error {
		user, err := s.namedUser(ctx, tx, userName)
		if err != nil {
			return err
		}
		device, err := s.device(ctx, tx, serial)
		if err != nil {
			return err
		}
		if err := change(user, device); err != nil {
			return err
		}
		directory.Put(tx, user)
		directory.Put(tx, device)
		return nil
	})
}

// ListMFADevices lists the devices that a user has enabled.
func (s *Service) ListMFADevices(ctx context.Context, in *iam.ListMFADevicesInput) (*iam.ListMFADevicesOutput, error) {
	user, err := s.namedUser(ctx, s.dir, in.UserName)
	if err != nil {
		return nil, err
	}
	links, next, err := slicePage(user.MFADevices, in.Marker, in.MaxItems)
	devices := each(links, func(l directory.MFALink) types.MFADevice {
		return types.MFADevice{SerialNumber: aws.String(l.Serial), EnableDate: aws.Time(l.Enabled), UserName: aws.String(user.Name)}
	})
	return &iam.ListMFADevicesOutput{MFADevices: devices, IsTruncated: next != nil, Marker: next}, err
}

// GetMFADevice shows a device and whose it is.
func (s *Service) GetMFADevice(ctx context.Context, in *iam.GetMFADeviceInput) (*iam.GetMFADeviceOutput, error) {
	device, err := s.device(ctx, s.dir, in.SerialNumber)
	if err != nil {
		return nil, err
	}
	out := &iam.GetMFADeviceOutput{SerialNumber: aws.String(device.Serial())}
	if user, ok := s.dir.ByID(device.User).(*directory.User); ok {
		out.UserName, out.EnableDate = aws.String(user.Name), aws.Time(device.Enabled)
	}
	return out, nil
}

// ListVirtualMFADevices lists the account's devices without their seeds.
func (s *Service) ListVirtualMFADevices(ctx context.Context, in *iam.ListVirtualMFADevicesInput) (*iam.ListVirtualMFADevicesOutput, error) {
	after, err := marker(in.Marker)
	if err != nil {
		return nil, err
	}
	account := accountOf(ctx)
	all := directory.List(s.dir, directory.AllMFADevices(account), directory.MFADeviceKey(account, after))
	wanted := where(all, func(m *directory.MFADevice) bool {
		return in.AssignmentStatus != types.AssignmentStatusTypeAssigned && in.AssignmentStatus != types.AssignmentStatusTypeUnassigned ||
			(in.AssignmentStatus == types.AssignmentStatusTypeAssigned) == (m.User != "")
	})
	devices, next := page(wanted, in.MaxItems, func(m *directory.MFADevice) string { return m.Name })
	return &iam.ListVirtualMFADevicesOutput{
		VirtualMFADevices: each(devices, s.deviceListed), IsTruncated: next != nil, Marker: next,
	}, nil
}

func (s *Service) deviceListed(m *directory.MFADevice) types.VirtualMFADevice {
	listed := types.VirtualMFADevice{SerialNumber: aws.String(m.Serial())}
	if user, ok := s.dir.ByID(m.User).(*directory.User); ok {
		owner := userListed(user)
		listed.User, listed.EnableDate = &owner, aws.Time(m.Enabled)
	}
	return listed
}

// device finds a device of the caller's account by its serial number.
func (s *Service) device(ctx context.Context, r directory.Reader, serial *string) (*directory.MFADevice, error) {
	known, ok := s.dir.ByID(aws.ToString(serial)).(*directory.MFADevice)
	if !ok || known.Account != accountOf(ctx) {
		return nil, noDevice(serial)
	}
	if device := directory.Get(r, directory.MFADeviceKey(known.Account, known.Name)); device != nil {
		return device, nil
	}
	return nil, noDevice(serial)
}

func noDevice(serial *string) error {
	return noSuchEntity("VirtualMFADevice with serial number %s doesn't exist.", aws.ToString(serial))
}

func invalidCode() error {
	return &types.InvalidAuthenticationCodeException{Message: aws.String("Authentication code for device is not valid.")}
}
