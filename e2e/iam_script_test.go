package e2e

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what virtual MFA devices use (RFC 6238)
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

const (
	// scriptPatience is how long all scripts together may take.
	scriptPatience = 8 * time.Minute
	// scriptsAtOnce keeps the aws CLI's processes from waiting for each other.
	scriptsAtOnce = 4
)

// cliScript is one run of a script: what testscript tells of it.
type cliScript struct {
	log    strings.Builder
	failed bool
	done   chan struct{}
}

// startScripts runs all scripts in the background.
func startScripts(s *service, files []string) map[string]*cliScript {
	scripts := map[string]*cliScript{}
	turns := make(chan struct{}, scriptsAtOnce)
	for _, file := range files {
		run := &cliScript{done: make(chan struct{})}
		scripts[file] = run
		go func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			defer close(run.done)
			run.Run(file, func(t testscript.T) { testscript.RunT(t, scriptParams(s, file)) })
		}()
	}
	return scripts
}

func (r *cliScript) Skip(args ...any)  { r.Fatal(args...) }
func (r *cliScript) Fatal(args ...any) { r.Log(args...); r.FailNow() }
func (r *cliScript) Log(args ...any)   { fmt.Fprintln(&r.log, args...) }
func (r *cliScript) FailNow()          { r.failed = true; runtime.Goexit() }
func (r *cliScript) Parallel()         {}
func (r *cliScript) Verbose() bool     { return false }

// Run runs f on a goroutine of its own, which FailNow ends.
func (r *cliScript) Run(_ string, f func(testscript.T)) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f(r)
	}()
	<-ended
}

// scriptParams gives a script an account, whose number is $ACCOUNT, and the commands of which the scripts are made.
func scriptParams(s *service, file string) testscript.Params {
	return testscript.Params{
		Files: []string{file},
		Setup: func(env *testscript.Env) error {
			made, err := s.newAccount()
			if err != nil {
				return err
			}
			for name, value := range s.user.With(map[string]string{
				"HOME": env.WorkDir, "AWS_DEFAULT_OUTPUT": "text", "AWS_DEFAULT_REGION": region, "AWS_MAX_ATTEMPTS": "1", "ACCOUNT": made.ID,
				"AWS_ACCESS_KEY_ID": made.AccessKeyID, "AWS_SECRET_ACCESS_KEY": made.SecretAccessKey,
				"ROOT_KEY": made.AccessKeyID, "ROOT_SECRET": made.SecretAccessKey,
			}).Vars() {
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"aws": runAWS, "prints": expectPrinted, "refused": expectRefusal, "keep": keepPrinted, "signin": signIn, "codes": makeCodes,
		},
	}
}

// runAWS: [!] aws ARG... runs the aws CLI. Text in arguments has its variables replaced also between quotes, but not JSON.
func runAWS(ts *testscript.TestScript, neg bool, args []string) {
	if err := ts.Exec("aws", expanded(ts, args)...); neg != (err != nil) {
		ts.Fatalf("aws %s: %v", strings.Join(args, " "), err)
	}
}

func expanded(ts *testscript.TestScript, args []string) []string {
	out := make([]string, len(args))
	for i, arg := range args {
		out[i] = os.Expand(arg, ts.Getenv)
	}
	return out
}

// expectPrinted: prints WORD... holds that the last command printed these words, whatever lies between them.
func expectPrinted(ts *testscript.TestScript, _ bool, args []string) {
	want := strings.Join(strings.Fields(strings.Join(expanded(ts, args), " ")), " ")
	if got := strings.Join(strings.Fields(ts.ReadFile("stdout")), " "); got != want {
		ts.Fatalf("printed %q, want %q", got, want)
	}
}

// expectRefusal: refused CODE OPERATION SENTENCE holds that the last command was refused in exactly these words.
func expectRefusal(ts *testscript.TestScript, _ bool, args []string) {
	args = expanded(ts, args)
	want := fmt.Sprintf("An error occurred (%s) when calling the %s operation: %s", args[0], args[1], args[2])
	_, got, _ := strings.Cut(ts.ReadFile("stderr"), "An error occurred")
	if got = "An error occurred" + strings.TrimSuffix(got, "\n"); got != want {
		ts.Fatalf("refused with\n%s\nwant\n%s", got, want)
	}
}

// keepPrinted: keep NAME makes what the last command printed the variable's value.
func keepPrinted(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile("stdout")))
}

// signIn: signin goes on with the key or session that the last command printed as JSON; signin root with the account's.
func signIn(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 1 && args[0] == "root" {
		ts.Setenv("AWS_ACCESS_KEY_ID", ts.Getenv("ROOT_KEY"))
		ts.Setenv("AWS_SECRET_ACCESS_KEY", ts.Getenv("ROOT_SECRET"))
		ts.Setenv("AWS_SESSION_TOKEN", "")
		return
	}
	type pair struct{ AccessKeyID, SecretAccessKey, SessionToken string }
	var printed struct{ AccessKey, Credentials pair }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &printed))
	key := printed.AccessKey
	if key.AccessKeyID == "" {
		key = printed.Credentials
	}
	ts.Setenv("AWS_ACCESS_KEY_ID", key.AccessKeyID)
	ts.Setenv("AWS_SECRET_ACCESS_KEY", key.SecretAccessKey)
	ts.Setenv("AWS_SESSION_TOKEN", key.SessionToken)
}

// makeCodes: codes FILE sets $CODE1, $CODE2 and $CODE3 to the MFA codes before, now and after now of a seed in a file. It waits
// out the end of a time step, so that the scripts have twenty seconds to show them.
func makeCodes(ts *testscript.TestScript, _ bool, args []string) {
	const step, needed = 30 * time.Second, 20 * time.Second
	seed, err := base32.StdEncoding.DecodeString(strings.TrimSpace(ts.ReadFile(args[0])))
	ts.Check(err)
	now := time.Now()
	if left := step - now.Sub(now.Truncate(step)); left < needed {
		time.Sleep(left)
		now = time.Now()
	}
	for i := range 3 {
		ts.Setenv(fmt.Sprintf("CODE%d", i+1), code(seed, now.Unix()/int64(step.Seconds())+int64(i)-1))
	}
}

// code is the one-time password of a time step (RFC 6238, RFC 4226 section 5.3).
func code(seed []byte, step int64) string {
	mac := hmac.New(sha1.New, seed)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff%1_000_000)
}
