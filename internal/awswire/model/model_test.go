package model

import (
	"testing"
)

var all = []string{"sts", "iam", "eks", "eks-auth", "ec2", "cloudtrail", "logs"}

// Loading compiles every pattern and joins every shape.
func TestEveryModelLoads(t *testing.T) {
	for _, id := range all {
		s, err := Load(id)
		if err != nil {
			t.Fatal(err)
		}
		if s.ID != id || s.Version == "" || s.SigningName == "" || len(s.Operations) == 0 {
			t.Errorf("%s is incomplete: %+v", id, s)
		}
		for name, op := range s.Operations {
			if op.Known && op.Method == "" || op.Input != nil && op.Input.Type != "structure" {
				t.Errorf("%s: operation %s is incomplete: %+v", id, name, op)
			}
		}
		if again, _ := Load(id); again != s {
			t.Errorf("%s is loaded twice", id)
		}
	}
	if _, err := Load("s3"); err == nil {
		t.Error("a service that is not there loads")
	}
}

// The interpreter knows these types and places and no others.
func TestModelsUseWhatTheInterpreterKnows(t *testing.T) {
	types := map[string]bool{
		"structure": true, "list": true, "map": true, "string": true, "integer": true, "long": true, "boolean": true,
		"blob": true, "timestamp": true,
	}
	for _, id := range all {
		f, err := read(id)
		if err != nil {
			t.Fatal(err)
		}
		for name, shape := range f.Shapes {
			if !types[shape.Type] {
				t.Errorf("%s: shape %s has type %s", id, name, shape.Type)
			}
			for _, m := range shape.Members {
				if m.Location != "" && m.Location != "uri" && m.Location != "querystring" {
					t.Errorf("%s: %s.%s travels in %s", id, name, m.Name, m.Location)
				}
			}
		}
	}
}

func TestErrorsHaveTheCodesOfTheWire(t *testing.T) {
	for id, want := range map[string]struct {
		code   string
		status int
		server bool
	}{
		"iam":        {"NoSuchEntity", 404, false},
		"sts":        {"RegionDisabledException", 403, false},
		"eks":        {"ServerException", 500, true},
		"cloudtrail": {"InvalidNextTokenException", 400, false},
	} {
		s, err := Load(id)
		if err != nil {
			t.Fatal(err)
		}
		shape := s.Error(want.code)
		if shape == nil || shape.Status != want.status || shape.Server != want.server {
			t.Errorf("%s: error %s is %+v", id, want.code, shape)
		}
	}
}

func TestPatternsMatchTheWholeValue(t *testing.T) {
	s, err := Load("iam")
	if err != nil {
		t.Fatal(err)
	}
	for operation, c := range map[string]struct {
		member    string
		good, bad []string
	}{
		"CreateUser":         {"UserName", []string{"bob", "a+b=c,d.e@f-g_h"}, []string{"a b", "bob\n", "é", ""}},
		"CreateAccountAlias": {"AccountAlias", []string{"abc", "a-c", "a1-b2-c3"}, []string{"ab", "a--b", "-ab", "ab-", "Abc", "a-"}},
		"ListUsers":          {"PathPrefix", []string{"/", "/a/b", "/\u007f"}, []string{"a", "/ ", "/é"}},
	} {
		for _, m := range s.Operations[operation].Input.Members {
			if m.Name != c.member {
				continue
			}
			for _, v := range c.good {
				if !m.Shape.Match.MatchString(v) {
					t.Errorf("%s: %q is refused by %s", m.Name, v, m.Shape.Pattern)
				}
			}
			for _, v := range c.bad {
				if m.Shape.Match.MatchString(v) {
					t.Errorf("%s: %q is accepted by %s", m.Name, v, m.Shape.Pattern)
				}
			}
		}
	}
}
