package policy

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		doc(allowAll), doc(`{"Effect":"Allow","Principal":{"AWS":["*","111122223333"]},"Action":"sts:AssumeRole"}`),
		doc(`{"Effect":"Deny","NotAction":["iam:*"],"NotResource":["arn:aws:s3:::${aws:username, 'x'}"],"Condition":{"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":["a*",1,true]}}}`),
		`{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam"}}`, `[`, `{"Statement":[{}]}`, `null`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for kind := Managed; kind <= AWSManaged; kind++ {
			d, err := Parse(kind, text)
			if err != nil {
				continue
			}
			if got := d.RewritePrincipals(func(p string) string { return p }); len(d.Principals()) == 0 && got != text {
				t.Errorf("rewriting nothing changes %q into %q", text, got)
			}
			r := Request{Principal: userAlice(), Action: "eks:DescribeCluster", Resource: cluster, Context: keys("aws:username=alice")}
			set := Set{Identity: []Policy{{Doc: d}}, Resource: []Policy{{Doc: d}}}
			if Evaluate(&r, &set).Outcome != Simulate(&r, &set).Decision.Outcome {
				t.Errorf("evaluated and simulated outcomes differ for %q", text)
			}
		}
	})
}

// FuzzGlob compares with the same pattern as a regular expression.
func FuzzGlob(f *testing.F) {
	f.Add("eks:*", "eks:DescribeCluster")
	f.Add("a*b?c", "aXXbYc")
	f.Add("*é?", "caféx")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if !utf8.ValidString(pattern) || !utf8.ValidString(s) || len(pattern) > 200 || len(s) > 200 {
			t.Skip()
		}
		expression := regexp.QuoteMeta(pattern)
		expression = strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(expression)
		want := regexp.MustCompile(`(?s)^` + expression + `$`).MatchString(s)
		compiled := compiler{wildcards: true}.template(pattern)
		if got := glob(compiled.text, s, false); got != want {
			t.Errorf("%q on %q: %v, want %v", pattern, s, got, want)
		}
	})
}

func TestMatchingDoesNotBlowUp(t *testing.T) {
	pattern := compiler{wildcards: true}.template(strings.Repeat("*a", 1000) + "b")
	start := time.Now()
	if glob(pattern.text, strings.Repeat("a", 4000), false) {
		t.Error("a pattern that ends in b matches a text without b")
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("matching took %v", took)
	}
}
