package online

import (
	"fmt"
	"regexp"
	"time"
)

// dateForm is that of X-Amz-Date (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html).
const dateForm = "20060102T150405Z"

// refusedDate finds the client's date and STS's own time in a refusal (aws/aws-cli#6676 has the wording).
var refusedDate = regexp.MustCompile(`Signature (?:expired|not yet current): (\d{8}T\d{6}Z) .* \((\d{8}T\d{6}Z) [+-] `)

func datesIn(message string) (client, now time.Time) {
	match := refusedDate.FindStringSubmatch(message)
	if match == nil {
		return client, now
	}
	client, _ = time.Parse(dateForm, match[1]) // digits in this form are a date, or the zero time
	now, _ = time.Parse(dateForm, match[2])
	return client, now
}

// clockDifference puts two clocks beside each other.
func clockDifference(client, now time.Time) []string {
	const form = "2006-01-02 15:04:05 UTC"
	difference, word := client.Sub(now), "ahead"
	if difference < 0 {
		difference, word = -difference, "behind"
	}
	return []string{
		"the token says: " + client.UTC().Format(form),
		"the clock says: " + now.UTC().Format(form),
		fmt.Sprintf("the difference: %s %s", difference.Round(time.Second), word),
	}
}
