// Package lint finds what is wrong with an aws-auth ConfigMap or a list of access entries before they are applied.
//
// It stands apart because it needs no stack, no cluster and no secret: text comes in, findings with their places come
// out. What a mapping means is asked of the authenticator's own code; the YAML is walked a second time only to find lines
// and columns. A form that the authenticator accepts, however often it is blamed, is not a finding.
package lint
