package scenario

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/eksauth/eksauth/explain/hop"
)

// explained asks eksauth explain until it names the cause.
func (a *attempt) explained(ctx context.Context) error {
	flags := "$STACK --cluster $CLUSTER"
	if strings.HasPrefix(a.scenario.Explain, "--error") {
		flags = ""
	}
	command := func(format string) string {
		return a.fill(a.scenario.Variables + "eksauth explain" + flags + format + " " + a.scenario.Explain)
	}
	done := Done{Phase: "explain", Command: command("")}
	problem := ""
	err := a.until(ctx, func() (bool, error) {
		out, err := a.shell(ctx, command(" -o json"))
		if err != nil {
			return false, err
		}
		var answer hop.Answer
		if json.Unmarshal([]byte(out.stdout), &answer) != nil {
			problem = out.all
			return false, nil //nolint:nilerr // what is no answer yet is asked for again
		}
		var text strings.Builder
		if err := answer.Write(&text); err != nil {
			return false, err
		}
		a.result.Explanation, done.Output, done.Code = &answer, strings.TrimSpace(text.String()), out.code
		problem = a.scenario.misses(&answer)
		return problem == "", nil
	})
	a.record(done)
	if problem != "" {
		return fmt.Errorf("explain: %s", problem)
	}
	return err
}
