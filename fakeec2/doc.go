// Package fakeec2 is the part of Amazon EC2 that authentication on EKS rests on: which instance has which private DNS name
// and which instance profile. Instances are records; nothing runs in them.
//
// It stands apart because the authenticator asks it, and nobody else, for the name behind {{EC2PrivateDNSName}}. Its
// package metadata is the instance metadata service, through which an instance gets its role's credentials.
package fakeec2
