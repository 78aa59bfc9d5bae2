package emulator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/emulator/profile"
	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/online"
	"github.com/eksauth/eksauth/internal/events"
)

// explainAttempt explains an attempt that the flight recorder tells of: the one of a number, or the last.
func (p *Program) explainAttempt(ctx context.Context, h home.Home, o explainOptions) (*hop.Answer, error) {
	if len(o.kubectl) > 0 || o.want.Verb != "" || o.want.Resource != "" {
		return nil, usageError{errors.New("an attempt has asked already: leave out the request, or use --profile to ask anew")}
	}
	status, err := fetchStatus(ctx, h)
	if err != nil {
		return nil, err
	}
	recorded, err := recordedAttempt(ctx, h, o)
	if err != nil {
		return nil, err
	}
	q := online.Question{Gateway: status.Gateway, Now: time.Now, KeysOf: stackKeys(ctx, h)}
	name := o.cluster
	if name == "" {
		name = online.ClusterOf(recorded)
	}
	if q.Cluster, q.Others, err = stackCluster(h, status, name); err != nil {
		return nil, err
	}
	return online.ExplainAttempt(ctx, q, recorded)
}

// recordedAttempt returns the events of the attempt that is meant.
func recordedAttempt(ctx context.Context, h home.Home, o explainOptions) ([]events.Event, error) {
	kept, err := fetchEvents(ctx, h, events.Filter{Attempt: o.attempt, Cluster: o.cluster})
	if err != nil {
		return nil, err
	}
	if o.last {
		kept = online.LastRefused(kept)
	}
	switch {
	case len(kept) > 0:
		return kept, nil
	case o.last:
		return nil, fmt.Errorf("nobody has tried to enter since the stack %q was started", h.Name)
	}
	return nil, noAttempt(h, o.attempt)
}

func noAttempt(h home.Home, attempt uint64) error {
	return fmt.Errorf("no event of attempt %d is kept: eksauth events%s shows what is", attempt, nameArg(h))
}

// stackKeys finds keys in the profiles of the stack.
func stackKeys(ctx context.Context, h home.Home) func(accessKeyID string) aws.Credentials {
	return func(accessKeyID string) aws.Credentials {
		config, err := os.ReadFile(h.AWSConfig())
		if err != nil {
			return aws.Credentials{}
		}
		for _, name := range profile.Names(config) {
			shared, err := loadProfile(ctx, name, h.AWSConfig(), h.AWSCredentials())
			if err == nil && shared.Credentials.AccessKeyID == accessKeyID {
				return shared.Credentials
			}
		}
		return aws.Credentials{}
	}
}
