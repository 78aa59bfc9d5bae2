package sigv4

import "strings"

// checkScope names every wrong part of the credential scope in one message, as AWS does
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html).
func (c *Claim) checkScope(want Expectation) error {
	var wrong []string
	if want.Region != "" && c.Scope.Region != want.Region || !isRegion(c.Scope.Region) {
		wrong = append(wrong, "Credential should be scoped to a valid region.")
	}
	if c.Scope.Service != want.Service {
		wrong = append(wrong, "Credential should be scoped to correct service: '"+want.Service+"'.")
	}
	if c.terminal != terminator {
		wrong = append(wrong, "Credential should be scoped with a valid terminator: '"+terminator+"', not '"+c.terminal+"'.")
	}
	if day := c.date[:len("YYYYMMDD")]; c.Scope.Date != day {
		wrong = append(wrong, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '"+
			c.Scope.Date+"' != '"+day+"', from '"+c.date+"'.")
	}
	if len(wrong) > 0 {
		return doesNotMatch(strings.Join(wrong, " "))
	}
	return nil
}

// isRegion tells whether name has the form of a region: small letters, digits and hyphens, as long as a part of a host
// name may be.
func isRegion(name string) bool {
	for i := range len(name) {
		c := name[i]
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-') {
			return false
		}
	}
	return name != "" && len(name) <= 63
}
