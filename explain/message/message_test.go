package message

import (
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	tests := []struct {
		text  string
		hop   string
		cause int
	}{
		{`error: exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1"`, "H2", 41},
		{"Unable to connect to the server: getting credentials: exec plugin is configured to use API version client.authentication.k8s.io/v1beta1, plugin returned version client.authentication.k8s.io/v1", "H2", 42},
		{`getting credentials: decoding stdout: no kind "ExecCredential" is registered for version "client.authentication.k8s.io/v1alpha1" in scheme`, "H2", 42},
		{"Unable to connect to the server: getting credentials: exec: executable aws not found", "H2", 43},
		{`pods is forbidden: User "system:anonymous" cannot list resource "pods"`, "H2", 44},
		{"Please enter Username: error: EOF", "H2", 44},
		{"could not get token: NoCredentialProviders: no valid providers in chain", "H1", 30},
		{"Unable to locate credentials. You can configure credentials by running \"aws configure\".", "H1", 30},
		{"An error occurred (ExpiredToken) when calling the AssumeRole operation: The security token included in the request is expired", "H1", 35},
		{"AccessDenied: User: arn:aws:iam::111122223333:user/olga is not authorized to perform: sts:AssumeRole on resource: x", "H3", 31},
		{"could not get token: AccessDenied: Roles may not be assumed by root accounts.", "H3", 32},
		{"AssumeRoleTokenProviderNotSetError: assume role with MFA enabled, but AssumeRoleTokenProvider session option not set.", "H3", 33},
		{"RegionDisabledException: STS is not activated in this region for account:111122223333", "H3", 45},
		{`Unable to authenticate the request: Post "https://127.0.0.1:21362/authenticate": x509: certificate signed by unknown authority`, "H4", 53},
		{"input token was not properly formatted: X-Amz-Date parameter is expired (15 minute expiration) 2020-01-01", "H5", 36},
		{"sts getCallerIdentity failed: error during GET: dial tcp: i/o timeout on us-east-2 endpoint", "H6", 51},
		{"invalid username 'system:x' for mapper DynamicFile: username must not begin with with the following prefixes: [system:]", "H8", 26},
		{"InvalidRequestException: The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.", "HC", 22},
		{"The kubernetes group name system:masters is invalid, it cannot start with system:", "HC", 25},
		{"first\nInvalidParameterException: The specified principalArn is invalid: invalid principal.\nlast", "HC", 27},
	}
	for _, tt := range tests {
		answer, err := Explain(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		refusal := answer.Refusal()
		if refusal.Hop != tt.hop || refusal.Reasons[0].Cause != tt.cause || refusal.Reasons[0].Fix == "" {
			t.Errorf("%s: %+v, want %s and cause %d", tt.text, refusal, tt.hop, tt.cause)
		}
		if strings.Contains(refusal.Reasons[0].Text, "\n") || !strings.Contains(tt.text, refusal.Reasons[0].Text) {
			t.Errorf("%s: the line is %q", tt.text, refusal.Reasons[0].Text)
		}
	}
}

func TestExplainDoesNotGuess(t *testing.T) {
	for text, want := range map[string]string{
		"error: You must be logged in to the server (Unauthorized)": "kubectl alone cannot know", "": ErrUnknown.Error(), "deployment created": ErrUnknown.Error(),
	} {
		if _, err := Explain(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
