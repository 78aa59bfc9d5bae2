package sigv4

import (
	"net/http"
	"strconv"
	"time"
)

// MaxSkew is how far the time of signing may be from the verifier's clock, to either side.
const MaxSkew = 15 * time.Minute

// maxExpires is the longest X-Amz-Expires that AWS takes, in seconds: seven days.
const maxExpires = 7 * 24 * 60 * 60

// checkTime refuses requests that were signed in the future or too long ago. AWS names the two bounds in its
// messages (aws/aws-cli#6676).
func (c *Claim) checkTime(now time.Time, lifetime time.Duration) error {
	now = now.UTC()
	if latest := now.Add(MaxSkew); c.SignedAt.After(latest) {
		return doesNotMatch("Signature not yet current: " + c.date + " is still later than " +
			latest.Format(dateLayout) + " (" + now.Format(dateLayout) + " + 15 min.)")
	}
	if c.Presigned && lifetime == 0 && c.expires != "" {
		return c.checkExpires(now)
	}
	if !c.Presigned || lifetime == 0 {
		lifetime = MaxSkew
	}
	if earliest := now.Add(-lifetime); c.SignedAt.Before(earliest) {
		return doesNotMatch("Signature expired: " + c.date + " is now earlier than " +
			earliest.Format(dateLayout) + " (" + now.Format(dateLayout) + " - " + minutes(lifetime) + ")")
	}
	return nil
}

// checkExpires holds a presigned request to its own X-Amz-Expires.
func (c *Claim) checkExpires(now time.Time) error {
	seconds, err := strconv.ParseUint(c.expires, 10, 32)
	if err != nil || seconds > maxExpires {
		return incomplete("X-Amz-Expires must be a number of seconds from 0 to " + strconv.Itoa(maxExpires) + ", got '" + c.expires + "'. " + reexamineQueryPhrase)
	}
	if now.After(c.SignedAt.Add(time.Duration(seconds) * time.Second)) {
		return &Error{Code: CodeRequestExpired, Message: "Request has expired.", Status: http.StatusBadRequest}
	}
	return nil
}

func minutes(d time.Duration) string {
	return strconv.FormatFloat(d.Minutes(), 'g', 3, 64) + " min."
}
