package emulator

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/emulator/config"
	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/localcluster"
)

// benchConfig has one person who makes clusters and two whom they have to learn of.
const benchConfig = `accounts:
- id: "534000000385"
  users:
  - {name: arseniy, profile: arseniy, policies: [AdministratorAccess]}
  - {name: olga, profile: olga}
  - {name: anna, profile: anna}
  roles:
  - {name: eks-cluster-role, trust: {service: eks.amazonaws.com}}
`

const (
	olgaARN = "arn:aws:iam::534000000385:user/olga"
	annaARN = "arn:aws:iam::534000000385:user/anna"
)

// bench is a stack with the real programs in this process.
type bench struct {
	testing.TB
	env *Environment
	eks *eks.Client
	// signed is when the last token was signed, by profile: each is older than the one before, so that no two are the same.
	signed map[string]time.Time
}

// startBench starts a stack without clusters, with folders of further versions of Kubernetes. Where the real programs are not built a test is skipped, but fails in CI.
func startBench(b testing.TB, versions ...string) *bench {
	b.Helper()
	const programs = "../bin/upstream"
	if _, err := localcluster.FindBinaries("", programs); err != nil {
		if os.Getenv("CI") != "" {
			b.Fatal(err)
		}
		b.Skipf("NOT TESTED: %v", err)
	}
	file, err := config.Parse("bench", []byte(benchConfig))
	if err != nil {
		b.Fatal(err)
	}
	file.Versions = versions
	h := home.Home{Name: "bench", Dir: filepath.Join(b.TempDir(), "bench")}
	if err := h.Create(); err != nil {
		b.Fatal(err)
	}
	env, err := StartEnvironment(b.Context(), Options{
		Home: h, Config: file, Listen: "127.0.0.1:0", Folders: []string{programs},
		Step: func(string) {}, Log: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := env.Stop(context.Background()); err != nil {
			b.Error(err)
		}
	})
	p, gateway := env.profiles[0], env.Gateway()
	client := eks.New(eks.Options{
		BaseEndpoint: &gateway, Region: p.Region, Credentials: credentials.NewStaticCredentialsProvider(p.AccessKeyID, p.SecretAccessKey, ""),
	})
	return &bench{TB: b, env: env, eks: client, signed: map[string]time.Time{}}
}

// create makes a cluster and returns how long that took.
func (b *bench) create(name string, mode types.AuthenticationMode) time.Duration {
	b.Helper()
	began := time.Now()
	_, err := b.eks.CreateCluster(b.Context(), &eks.CreateClusterInput{
		Name: &name, RoleArn: aws.String("arn:aws:iam::534000000385:role/eks-cluster-role"), ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: []string{"subnet-1"}},
		AccessConfig: &types.CreateAccessConfigRequest{AuthenticationMode: mode},
	})
	if err != nil {
		b.Fatal(err)
	}
	waiter := eks.NewClusterActiveWaiter(b.eks, func(o *eks.ClusterActiveWaiterOptions) {
		o.MinDelay, o.MaxDelay = 20*time.Millisecond, 20*time.Millisecond
	})
	if err := waiter.Wait(b.Context(), &eks.DescribeClusterInput{Name: &name}, time.Minute); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}

func (b *bench) delete(name string) {
	b.Helper()
	if _, err := b.eks.DeleteCluster(b.Context(), &eks.DeleteClusterInput{Name: &name}); err != nil {
		b.Fatal(err)
	}
	waiter := eks.NewClusterDeletedWaiter(b.eks, func(o *eks.ClusterDeletedWaiterOptions) {
		o.MinDelay, o.MaxDelay = 20*time.Millisecond, 20*time.Millisecond
	})
	if err := waiter.Wait(b.Context(), &eks.DescribeClusterInput{Name: &name}, time.Minute); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) record(name string) *fakeeks.Cluster {
	b.Helper()
	record, err := b.env.eks.Get("534000000385", b.env.o.Config.Region, name)
	if err != nil || record == nil {
		b.Fatal(record, err)
	}
	return record
}

// token makes a token that no kube-apiserver has seen.
func (b *bench) token(profile, cluster string) string {
	b.Helper()
	at := b.signed[profile].Add(-time.Second)
	if oldest := time.Now().Add(-10 * time.Minute); at.Before(oldest) {
		at = time.Now().UTC()
	}
	b.signed[profile] = at
	for _, p := range b.env.profiles {
		if p.Name == profile {
			token, err := makeToken(b.Context(), p, cluster, "sts."+p.Region+".amazonaws.com", at)
			if err != nil {
				b.Fatal(err)
			}
			return token
		}
	}
	b.Fatalf("no profile %s", profile)
	return ""
}

// until returns how long it takes until a cluster knows somebody as the given user, or as nobody.
func (b *bench) until(profile, cluster, username string, began time.Time) time.Duration {
	b.Helper()
	record := b.record(cluster)
	for time.Since(began) < time.Minute {
		name, _, err := whoAmI(b.Context(), "https://"+record.Address, record.CA, b.token(profile, cluster))
		if name == username && (err == nil || username == "") {
			return time.Since(began)
		}
	}
	b.Fatalf("%s is not %q in cluster %s within a minute", profile, username, cluster)
	return 0
}

// figures gives the median and the worst of some durations.
func figures(b *testing.B, what string, taken []time.Duration) {
	slices.Sort(taken)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(ms(taken[len(taken)/2]), what+"-median-ms")
	b.ReportMetric(ms(taken[len(taken)-1]), what+"-max-ms")
}
