package token

import (
	"fmt"
	"time"
)

// Describe says in one line what a token is, without any secret.
func (t *Token) Describe(now time.Time) string {
	key := "key " + t.AccessKeyID
	if t.Temporary {
		key = "session " + key
	}
	return fmt.Sprintf("%d bytes for %s, %s, scope %s, %s", t.Size, t.Host, key, t.Scope, t.describeAge(now))
}

func (t *Token) describeAge(now time.Time) string {
	switch old := t.Age(now).Round(time.Second); {
	case t.Signed.IsZero():
		return "without a date"
	case old < 0:
		return fmt.Sprintf("dated %s ahead of this clock", -old)
	case old <= Lifetime:
		return fmt.Sprintf("%s old, good for %s more", old, Lifetime-old)
	default:
		return fmt.Sprintf("%s old", old)
	}
}
