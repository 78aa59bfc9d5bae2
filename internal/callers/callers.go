package callers

import (
	"context"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
	"github.com/eksauth/eksauth/internal/sigv4"
)

// Keys finds the keys of signatures in a directory, with their owners.
func Keys(d *directory.Directory) sigv4.KeySource {
	return func(ctx context.Context, accessKeyID, sessionToken string) (sigv4.Key, error) {
		secret, owner, err := d.Authenticate(ctx, accessKeyID, sessionToken)
		return sigv4.Key{Secret: secret, Identity: owner}, err
	}
}

// Of returns who signed a call whose keys came from Keys.
func Of(call *awswire.Call) *directory.Caller { return call.Identity.(*directory.Caller) }

// From is Of for the call that an operation serves.
func From(ctx context.Context) *directory.Caller { return Of(awswire.CallFrom(ctx)) }

// AtHome asks the next only about callers whose account is in the partition of the endpoint that was asked.
func AtHome(next func(context.Context, *awswire.Call) error) func(context.Context, *awswire.Call) error {
	return func(ctx context.Context, call *awswire.Call) error {
		if err := Of(call).AtHome(call.Target.Partition); err != nil {
			return err
		}
		return next(ctx, call)
	}
}

// Context has the condition keys that every request gives
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
func Context(call *awswire.Call) policy.Context {
	keys := policy.Context{}
	keys.Set("aws:SourceIp", call.SourceIP)
	keys.Set("aws:UserAgent", call.UserAgent)
	keys.Set("aws:SecureTransport", "true")
	keys.Set("aws:RequestedRegion", call.Region)
	return keys
}

// Note returns an observer that notes the use of the caller's key and hands the call on; next may be nil.
func Note(d *directory.Directory, next func(*awswire.Call)) func(*awswire.Call) {
	return func(call *awswire.Call) {
		if owner, known := call.Identity.(*directory.Caller); known {
			d.NoteUse(owner, call.Service, call.Region)
		}
		if next != nil {
			next(call)
		}
	}
}
