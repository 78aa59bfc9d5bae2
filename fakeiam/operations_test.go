package fakeiam_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/aws/smithy-go"
)

// TestEveryOfferedOperationAnswers calls each operation that the service says it offers, without input: the answer is
// AWS-shaped, be it a refusal, and never a failure of ours. The others refuse by name.
func TestEveryOfferedOperationAnswers(t *testing.T) {
	w := newWorld(t)
	client := reflect.ValueOf(w.as("arseniy"))
	offered := 0
	for _, op := range w.service.Operations() {
		method := client.MethodByName(op.Name)
		if !method.IsValid() {
			continue // newer in the model than in the SDK
		}
		if op.Offered {
			offered++
		}
		in := reflect.New(method.Type().In(1).Elem())
		results := method.Call([]reflect.Value{reflect.ValueOf(t.Context()), in})
		err, _ := results[1].Interface().(error)
		if err == nil {
			continue
		}
		var api smithy.APIError
		var missing smithy.InvalidParamsError // the SDK itself refuses what lacks required members
		switch {
		case errors.As(err, &missing):
		case !errors.As(err, &api):
			t.Errorf("%s: %v", op.Name, err)
		case op.Offered && (api.ErrorCode() == "InternalFailure" || api.ErrorCode() == "NotImplemented"):
			t.Errorf("%s: %v", op.Name, err)
		case !op.Offered && api.ErrorCode() != "NotImplemented":
			t.Errorf("%s is not offered, and answers %v", op.Name, err)
		}
	}
	if offered < 105 {
		t.Errorf("%d operations are offered, want at least 105", offered)
	}
}
