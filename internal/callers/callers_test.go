package callers_test

import (
	"context"
	"errors"
	"testing"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
)

var errAsked = errors.New("asked")

func TestAtHomeAsksNobodyAboutStrangers(t *testing.T) {
	next := func(context.Context, *awswire.Call) error { return errAsked }
	for _, test := range []struct {
		partition string
		asks      bool
	}{
		{"", true}, {"aws-cn", true}, {"aws", false}, {"aws-us-gov", false},
	} {
		call := &awswire.Call{Identity: &directory.Caller{Partition: "aws-cn"}, Target: awswire.Target{Partition: test.partition}}
		err := callers.AtHome(next)(t.Context(), call)
		if errors.Is(err, errAsked) != test.asks || err == nil {
			t.Errorf("partition %q: %v, asked should be %v", test.partition, err, test.asks)
		}
	}
}

func TestNoteHandsOnWhoeverSigned(t *testing.T) {
	var seen []*awswire.Call
	unsigned := &awswire.Call{Operation: "GetCallerIdentity"}
	callers.Note(nil, func(call *awswire.Call) { seen = append(seen, call) })(unsigned)
	callers.Note(nil, nil)(unsigned)
	if len(seen) != 1 || seen[0] != unsigned {
		t.Errorf("handed on: %v, want the call, once", seen)
	}
}
