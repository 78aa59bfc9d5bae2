package fakests

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
)

// proveMFA checks a code of the caller's MFA device and returns when it was shown; the zero time if none was.
func (s *Service) proveMFA(ctx context.Context, serial, code *string) (time.Time, error) {
	caller := callers.From(ctx)
	switch {
	case serial == nil && code == nil:
		return time.Time{}, nil
	case serial == nil || code == nil:
		return time.Time{}, accessDenied("MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.")
	case caller.Session != nil || caller.User == nil || !owns(caller.User, *serial):
		return time.Time{}, accessDenied("MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.")
	}
	ok, err := s.dir.UseMFACode(ctx, aws.ToString(serial), *code)
	if err != nil {
		return time.Time{}, unavailable(err)
	}
	if !ok {
		return time.Time{}, accessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")
	}
	return s.now().UTC().Truncate(time.Second), nil
}

func owns(user *directory.User, serial string) bool {
	for _, device := range user.MFADevices {
		if device.Serial == serial {
			return true
		}
	}
	return false
}
