package inventory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// policyText is a policy document: an object, as the aws CLI prints it, or text, URL-encoded as the API gives it (RFC 3986,
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html).
type policyText string

// UnmarshalJSON reads any of the forms.
func (p *policyText) UnmarshalJSON(data []byte) error {
	var written string
	if json.Unmarshal(data, &written) != nil {
		var compact bytes.Buffer
		if err := json.Compact(&compact, data); err != nil {
			return fmt.Errorf("read a policy document: %w", err)
		}
		*p = policyText(compact.String())
		return nil
	}
	if strings.HasPrefix(written, "%") {
		decoded, err := url.PathUnescape(written)
		if err != nil {
			return fmt.Errorf("read a policy document: %w", err)
		}
		written = decoded
	}
	*p = policyText(strings.TrimSpace(written))
	return nil
}
