package emulator

import (
	"context"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/fault"
	"github.com/eksauth/eksauth/internal/gateway"
)

// disturb lets the services ask the faults about every request. All services are made of awswire's.
func (f *faults) disturb(services map[string]http.Handler) {
	for _, service := range services {
		service.(interface {
			Disturb(func(context.Context, *awswire.Call) error)
		}).Disturb(f.ask)
	}
}

// ask does to one request what the faults say; without a fault it costs one atomic load.
func (f *faults) ask(ctx context.Context, call *awswire.Call) error {
	if !f.set.Any() {
		return nil
	}
	request, account := fault.Request{Service: call.Service, Operation: call.Operation, Region: call.Region}, ""
	if caller, ok := call.Identity.(*directory.Caller); ok {
		request.AccessKeyID, request.ARN, account = caller.AccessKeyID, caller.PrincipalARN(), caller.Account
	}
	effect := f.set.Meet(request)
	for _, delay := range effect.Delays {
		if !wait(ctx, delay) {
			return awswire.ErrHangUp // nobody is left to be answered
		}
	}
	return answerOf(ctx, effect, account)
}

// wait waits as a fault says, and tells whether the client still does.
func wait(ctx context.Context, delay fault.Delay) bool {
	timer := time.NewTimer(delay.Time)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-delay.Over:
	case <-ctx.Done():
		return false
	}
	return true
}

// answerOf is what AWS answers in such a case (https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html);
// "Rate exceeded" and the region's sentence are quoted by https://github.com/aws/aws-sdk-go-v2/issues/2481 and
// https://github.com/turbot/steampipe-plugin-aws/issues/1510.
func answerOf(ctx context.Context, effect fault.Effect, account string) error {
	switch effect.Answer {
	case fault.Usual:
		return nil
	case fault.Throttled:
		return &awswire.Error{Code: "Throttling", Message: "Rate exceeded", Fault: smithy.FaultClient}
	case fault.Disabled:
		return &ststypes.RegionDisabledException{Message: aws.String("STS is not activated in this region for account:" + account +
			". Your account administrator can activate STS in this region using the IAM Console.")}
	case fault.HungUp:
		gateway.Reset(ctx)
		return awswire.ErrHangUp
	case fault.Failed:
	}
	if effect.Status == http.StatusInternalServerError {
		return &awswire.Error{
			Code: "InternalFailure", Fault: smithy.FaultServer,
			Message: "The request processing has failed because of an unknown error, exception or failure.",
		}
	}
	return &awswire.Error{
		Code: "ServiceUnavailable", Message: "The request has failed due to a temporary failure of the server.", Fault: smithy.FaultServer,
	}
}
