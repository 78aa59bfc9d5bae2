package profile

import (
	"fmt"
	"strings"
)

// Profile is one named entry of the AWS configuration.
type Profile struct {
	// Name is what --profile and AWS_PROFILE take.
	Name string
	// ARN is the principal that the profile's calls are made as: a user, or the role that it assumes.
	ARN string
	// Region is the profile's region.
	Region string
	// AccessKeyID and SecretAccessKey are a user's key.
	AccessKeyID, SecretAccessKey string
	// RoleARN makes the profile assume a role with the credentials of the profile Source.
	RoleARN, Source string
	// Session names the role's sessions; empty leaves the name to the client.
	Session string
	// Process makes the profile get its credentials from a command
	// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html).
	Process string
}

const notice = "# Written by eksauth at each start: changes are lost.\n"

// Config returns the AWS configuration file for the profiles.
func Config(profiles []Profile) []byte {
	var b strings.Builder
	b.WriteString(notice)
	for _, p := range profiles {
		fmt.Fprintf(&b, "\n[profile %s]\nregion = %s\noutput = json\n", p.Name, p.Region)
		if p.RoleARN != "" {
			fmt.Fprintf(&b, "role_arn = %s\nsource_profile = %s\n", p.RoleARN, p.Source)
		}
		if p.Session != "" {
			fmt.Fprintf(&b, "role_session_name = %s\n", p.Session)
		}
		if p.Process != "" {
			fmt.Fprintf(&b, "credential_process = %s\n", p.Process)
		}
	}
	return []byte(b.String())
}

// Credentials returns the AWS credentials file for the profiles.
func Credentials(profiles []Profile) []byte {
	var b strings.Builder
	b.WriteString(notice)
	for _, p := range profiles {
		if p.AccessKeyID != "" {
			fmt.Fprintf(&b, "\n[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n", p.Name, p.AccessKeyID, p.SecretAccessKey)
		}
	}
	return []byte(b.String())
}

// Names lists the profiles of an AWS configuration file that Config has written.
func Names(config []byte) []string {
	var names []string
	for line := range strings.Lines(string(config)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "[profile "); ok {
			names = append(names, strings.TrimSuffix(name, "]"))
		}
	}
	return names
}
