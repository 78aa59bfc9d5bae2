package emulator

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// BenchmarkClusterActive makes two clusters, one after the other, in a stack that had none, from the call of CreateCluster to
// ACTIVE.
func BenchmarkClusterActive(b *testing.B) {
	s := startBench(b)
	var first, second []time.Duration
	for b.Loop() {
		first = append(first, s.create("first", types.AuthenticationModeApi))
		second = append(second, s.create("second", types.AuthenticationModeApi))
		s.delete("first")
		s.delete("second")
	}
	b.ReportMetric(0, "ns/op")
	figures(b, "first", first)
	figures(b, "second", second)
}

// BenchmarkModeInForce switches the mode of a cluster twice, from the call of UpdateClusterConfig until its creator, whom each
// mode knows by another name, or the user in aws-auth is seen as the new mode wants it.
func BenchmarkModeInForce(b *testing.B) {
	s := startBench(b)
	var both, api []time.Duration
	for b.Loop() {
		s.create("dev", types.AuthenticationModeConfigMap)
		s.mapOlga("dev", "olga")
		s.until("olga", "dev", "olga", time.Now())
		switched := func(mode types.AuthenticationMode, profile, username string) time.Duration {
			began := time.Now()
			_, err := s.eks.UpdateClusterConfig(b.Context(), &eks.UpdateClusterConfigInput{Name: aws.String("dev"), AccessConfig: &types.UpdateAccessConfigRequest{AuthenticationMode: mode}})
			if err != nil {
				b.Fatal(err)
			}
			took := s.until(profile, "dev", username, began)
			waiter := eks.NewClusterActiveWaiter(s.eks, func(o *eks.ClusterActiveWaiterOptions) {
				o.MinDelay, o.MaxDelay = 20*time.Millisecond, 20*time.Millisecond
			})
			if err := waiter.Wait(b.Context(), &eks.DescribeClusterInput{Name: aws.String("dev")}, time.Minute); err != nil {
				b.Fatal(err)
			}
			return took
		}
		both = append(both, switched(types.AuthenticationModeApiAndConfigMap, "arseniy", "arn:aws:iam::534000000385:user/arseniy"))
		api = append(api, switched(types.AuthenticationModeApi, "olga", ""))
		s.delete("dev")
	}
	b.ReportMetric(0, "ns/op")
	figures(b, "both", both)
	figures(b, "api", api)
}

// mapOlga writes olga's mapping to aws-auth.
func (b *bench) mapOlga(cluster, username string) {
	b.Helper()
	err := b.env.planes.find(b.record(cluster)).EditAWSAuth(b.Context(), func(data map[string]string) error {
		data["mapUsers"] = "- userarn: " + olgaARN + "\n  username: " + username + "\n"
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkMappingInForce changes aws-auth and access entries, until the cluster knows their user by them.
func BenchmarkMappingInForce(b *testing.B) {
	s := startBench(b)
	s.create("dev", types.AuthenticationModeApiAndConfigMap)
	var awsAuth, entry, gone []time.Duration
	for i := 0; b.Loop(); i++ {
		username := fmt.Sprintf("olga-%d", i)
		began := time.Now()
		s.mapOlga("dev", username)
		awsAuth = append(awsAuth, s.until("olga", "dev", username, began))

		began = time.Now()
		if _, err := s.eks.CreateAccessEntry(b.Context(), &eks.CreateAccessEntryInput{ClusterName: aws.String("dev"), PrincipalArn: aws.String(olgaARN)}); err != nil {
			b.Fatal(err)
		}
		entry = append(entry, s.until("olga", "dev", olgaARN, began))

		began = time.Now()
		if _, err := s.eks.DeleteAccessEntry(b.Context(), &eks.DeleteAccessEntryInput{ClusterName: aws.String("dev"), PrincipalArn: aws.String(olgaARN)}); err != nil {
			b.Fatal(err)
		}
		gone = append(gone, s.until("olga", "dev", username, began))
	}
	b.ReportMetric(0, "ns/op")
	figures(b, "aws-auth", awsAuth)
	figures(b, "entry", entry)
	figures(b, "entry-gone", gone)
}
