package profile

import (
	"maps"
	"slices"
	"strings"
)

// Files are the paths of the files that lead a client to a stack.
type Files struct {
	// Config and Credentials are the AWS files, CA the stack's certificate authority as PEM.
	Config, Credentials, CA string
}

// loopback is what must not go through the gateway: the kube-apiserver's own address.
const loopback = "localhost,127.0.0.1,::1"

// Env returns the variables that lead AWS clients to the gateway at address, host:port. noProxy is the value that the
// caller's environment has for NO_PROXY, which is kept.
func (f Files) Env(address, region, noProxy string) map[string]string {
	return map[string]string{
		"HTTPS_PROXY":                 "http://" + address,
		"NO_PROXY":                    mergeNoProxy(noProxy),
		"AWS_CA_BUNDLE":               f.CA,
		"AWS_CONFIG_FILE":             f.Config,
		"AWS_SHARED_CREDENTIALS_FILE": f.Credentials,
		"AWS_REGION":                  region,
	}
}

func mergeNoProxy(have string) string {
	merged := loopback
	for _, host := range strings.Split(have, ",") {
		host = strings.TrimSpace(host)
		if host != "" && !slices.Contains(strings.Split(merged, ","), host) {
			merged += "," + host
		}
	}
	return merged
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
