package fakests_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/fakests"
	"github.com/eksauth/eksauth/internal/directory"
)

func TestAClockThatIsOff(t *testing.T) {
	skew := time.Duration(0)
	w := newWorld(t, func(_ *directory.Config, c *fakests.Config) { c.Skew = func() time.Duration { return skew } })
	assumed := assume(t, w.as("arseniy"), &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::" + home + ":role/team/for-arseniy")})
	if lasts := assumed.Credentials.Expiration.Sub(w.now); lasts > time.Hour {
		t.Errorf("a session lasts %v", lasts)
	}
	skew = 10 * time.Minute
	assumed = assume(t, w.as("arseniy"), &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::" + home + ":role/team/for-arseniy")})
	if lasts := assumed.Credentials.Expiration.Sub(w.now).Round(time.Minute); lasts != 70*time.Minute {
		t.Errorf("a session given out by a clock that is ten minutes ahead ends in %v", lasts)
	}
	for _, skew = range []time.Duration{20 * time.Minute, -20 * time.Minute} {
		client := w.as("arseniy")
		options := client.Options()
		options.RetryMaxAttempts = 1 // the SDK would put its own clock right by the answer's date
		_, err := sts.New(options).GetCallerIdentity(t.Context(), nil)
		if api, ok := errors.AsType[smithy.APIError](err); !ok || api.ErrorCode() != "SignatureDoesNotMatch" {
			t.Errorf("a clock that is off by %v: error %v", skew, err)
		}
	}
}

func TestSessionsThatEndEarly(t *testing.T) {
	w := newWorld(t, func(c *directory.Config, _ *fakests.Config) {
		c.SessionLifetime = func(asked time.Duration) time.Duration { return min(asked, 5*time.Second) }
	})
	assumed := assume(t, w.as("arseniy"), &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::" + home + ":role/team/for-arseniy")})
	if lasts := assumed.Credentials.Expiration.Sub(w.now); lasts > 5*time.Second || lasts < 4*time.Second {
		t.Errorf("the session is said to last %v", lasts)
	}
	if _, err := w.with(assumed.Credentials).GetCallerIdentity(t.Context(), nil); err != nil {
		t.Error(err)
	}
	w.now = w.now.Add(5 * time.Second)
	_, err := w.with(assumed.Credentials).GetCallerIdentity(t.Context(), nil)
	refused(t, err, "ExpiredToken", "The security token included in the request is expired")
}
