package pattern

import "testing"

const (
	klog  = `I1123 14:11:11.809203    6017 options.go:263] external host was not specified, using 127.0.0.1`
	audit = `{"verb":"create","user":{"username":"kubernetes-admin","groups":["system:masters","system:authenticated"]},"responseStatus":{"code":403},"note":null,"deep":{"ok":true,"no":false},"objects":[{"name":"a"},{"name":"b"}]}`
)

func TestMatch(t *testing.T) {
	tests := []struct {
		name, pattern, line string
		want                bool
	}{
		{"everything", "", klog, true},
		{"blanks", "  ", klog, true},
		{"a term", "external", klog, true},
		{"a term in another letter case", "External", klog, false},
		{"all terms", "external specified", klog, true},
		{"one term missing", "external internal", klog, false},
		{"a phrase", `"was not specified"`, klog, true},
		{"a phrase in another order", `"not was"`, klog, false},
		{"a quote in a phrase", `"\"verb\":\"create\""`, audit, true},
		{"an excluded term", "external -specified", klog, false},
		{"an excluded phrase that is not there", `external -"is specified"`, klog, true},
		{"only exclusion", "-nothing", klog, true},
		{"one of two", "?nothing ?external", klog, true},
		{"none of two", "?nothing ?anything", klog, false},
		{"an optional beside a required term", "external ?nothing", klog, true},
		{"a regular expression", `%host was (not)? specified%`, klog, true},
		{"a regular expression that does not match", `%^external%`, klog, false},

		{"a text", `{ $.verb = "create" }`, audit, true},
		{"a text without quotes", `{ $.verb = create }`, audit, true},
		{"another text", `{ $.verb = "delete" }`, audit, false},
		{"not a text", `{ $.verb != "delete" }`, audit, true},
		{"not a text of what is not there", `{ $.nothing != "delete" }`, audit, false},
		{"the beginning of a text", `{ $.user.username = "kube*" }`, audit, true},
		{"the middle of a text", `{ $.user.username = "*-*" }`, audit, true},
		{"a regular expression of a value", `{ $.user.username = %^kubernetes-% }`, audit, true},
		{"a number", `{ $.responseStatus.code = 403 }`, audit, true},
		{"a larger number", `{ $.responseStatus.code >= 400 && $.responseStatus.code < 500 }`, audit, true},
		{"a number too large", `{ $.responseStatus.code > 403 }`, audit, false},
		{"or", `{ $.verb = "delete" || $.responseStatus.code = 403 }`, audit, true},
		{"and before or", `{ $.verb = "create" || $.verb = "x" && $.verb = "y" }`, audit, true},
		{"parentheses", `{ ($.verb = "create" || $.verb = "x") && $.verb = "y" }`, audit, false},
		{"an element", `{ $.user.groups[0] = "system:masters" }`, audit, true},
		{"another element", `{ $.user.groups[1] = "system:masters" }`, audit, false},
		{"an element too far", `{ $.user.groups[9] = "system:masters" }`, audit, false},
		{"any element", `{ $.user.groups[*] = "system:authenticated" }`, audit, true},
		{"a member of any element", `{ $.objects[*].name = "b" }`, audit, true},
		{"a member in brackets", `{ $['verb'] = "create" }`, audit, true},
		{"null", `{ $.note IS NULL }`, audit, true},
		{"not null", `{ $.verb IS NULL }`, audit, false},
		{"true", `{ $.deep.ok IS TRUE }`, audit, true},
		{"false", `{ $.deep.no is false }`, audit, true},
		{"absent", `{ $.deep.more NOT EXISTS }`, audit, true},
		{"present", `{ $.deep.ok NOT EXISTS }`, audit, false},
		{"a selector on what is not JSON", `{ $.verb = "create" }`, klog, false},
		{"a selector on broken JSON", `{ $.verb = "create" }`, `{"verb":"create"`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Compile(tt.pattern)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Match(tt.line); got != tt.want {
				t.Errorf("%s matches: %v, want %v", tt.pattern, got, tt.want)
			}
		})
	}
}

func TestCompileRefuses(t *testing.T) {
	for _, text := range []string{
		`"open`, `-`, `error -`, `%open`, `%(%`, `a"b`, `[ip, user]`, `{ $.verb = "create"`, `{ }`, `{ verb = "create" }`, `{ $.verb }`,
		`{ $.verb = }`, `{ $.verb ~ "x" }`, `{ $.verb > "x" }`, `{ ($.verb = "x" }`, `{ $.verb = "x") }`, `{ $.verb IS NOTHING }`,
		`{ $.verb NOT THERE }`, `{ $.verb = "x" && }`, `{ $.a[x] = 1 }`, `{ $.verb = "open }`, `{ $.verb = %(% }`, `{ ! }`,
	} {
		if _, err := Compile(text); err == nil {
			t.Errorf("%s is accepted", text)
		}
	}
}

func FuzzCompile(f *testing.F) {
	f.Add(`{ ($.a[*].b = "x*" || $.c >= 1) && $.d NOT EXISTS }`, audit)
	f.Add(`a "b c" -%d%`, klog)
	f.Fuzz(func(t *testing.T, text, line string) {
		p, err := Compile(text)
		if err == nil {
			p.Match(line) // must not panic
		}
	})
}
