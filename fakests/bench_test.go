package fakests_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/eksauth/eksauth/fakests"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/store"
)

// benchmark serves one presigned request again and again, without a network.
func benchmark(b *testing.B, query string) {
	d, err := directory.Open(b.Context(), directory.Config{Store: store.NewMemory(), SealingKey: bytes.Repeat([]byte{1}, directory.SealingKeySize)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(d.Close)
	keys, err := d.Seed(b.Context(), people())
	if err != nil {
		b.Fatal(err)
	}
	service, err := fakests.New(fakests.Config{Directory: d})
	if err != nil {
		b.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodGet, "https://sts.us-east-2.amazonaws.com/?Version=2011-06-15&X-Amz-Expires=900&"+query, nil)
	credentials := aws.Credentials{AccessKeyID: keys[0].AccessKeyID, SecretAccessKey: keys[0].SecretAccessKey}
	const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	signed, _, err := v4.NewSigner().PresignHTTP(context.Background(), credentials, request, emptyHash, "sts", "us-east-2", time.Now())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		answer := httptest.NewRecorder()
		service.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, signed, nil))
		if answer.Code != http.StatusOK {
			b.Fatal(answer.Body)
		}
	}
}

func BenchmarkGetCallerIdentity(b *testing.B) { benchmark(b, "Action=GetCallerIdentity") }

func BenchmarkAssumeRole(b *testing.B) {
	benchmark(b, "Action=AssumeRole&RoleSessionName=bench&RoleArn=arn%3Aaws%3Aiam%3A%3A534000000385%3Arole%2Fteam%2Ffor-arseniy")
}
