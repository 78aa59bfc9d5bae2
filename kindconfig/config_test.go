package kindconfig

import (
	"context"
	"log/slog"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestConfigReportsEveryProblem(t *testing.T) {
	good := Config{
		Name: "payments", Region: "us-east-2", Partition: "aws", AccountID: "534000000385", Dir: "/d", LogDir: "/l",
		Authenticator: os.Args[0], Image: "node:v1", GatewayCA: "/ca.pem", Issuer: "https://issuer", Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Reach: func(context.Context, netip.Addr) (Reached, error) { return Reached{}, nil },
	}
	tests := []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"good", func(*Config) {}, ""},
		{"capitals and underscores in the name", func(c *Config) { c.Name = "Payments_1" }, ""},
		{"long name", func(c *Config) { c.Name = strings.Repeat("n", 43) },
			`KindName "eksauth-nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn" is not a name for a kind cluster (^[a-z0-9.-]+$, at most 49 characters)`},
		{"mode", func(c *Config) { c.Mode = "NONE" }, `authentication mode "NONE" is none that EKS has`},
		{"relative folder", func(c *Config) { c.Dir = "d" }, `path "d" is not absolute`},
		{"no authenticator", func(c *Config) { c.Authenticator = "/nowhere" }, `authenticator "/nowhere" is no file: make upstream builds it`},
		{"workers", func(c *Config) { c.Workers = -1 }, "-1 workers are too few"},
		{"two", func(c *Config) { c.Image, c.Reach = "", nil }, "Image is missing\nset Reach, Now and Log"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cfg := good
			test.change(&cfg)
			got := ""
			if err := cfg.withDefaults().validate(); err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStepsOfKind(t *testing.T) {
	var steps []string
	log := &kindLog{func(step string) { steps = append(steps, step) }, slog.New(slog.DiscardHandler)}
	log.V(0).Infof(" • %s  ...\n", "Preparing nodes 📦 📦")
	log.V(0).Infof(" ✓ %s\n", "Preparing nodes 📦 📦")
	log.V(1).Info(" • details ...")
	log.V(0).Info("Have a nice day!")
	if diff := cmp.Diff([]string{"preparing nodes"}, steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

func TestNameForIsUniqueAndFitsAHostName(t *testing.T) {
	for _, name := range []string{"eksauth-default-dev", "eksauth-A_b-" + strings.Repeat("x", 100)} {
		got := NameFor(name, "3513C42F")
		if !kindName.MatchString(got) || len(got+"-control-plane") > 63 || !strings.HasSuffix(got, "-3513c42f") {
			t.Errorf("NameFor(%q) = %q", name, got)
		}
	}
}
