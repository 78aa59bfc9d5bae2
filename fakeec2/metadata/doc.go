// Package metadata is the EC2 instance metadata service (IMDS) of one instance: its identity, its place, and the credentials
// of its role.
//
// It stands apart from the EC2 API because it is another protocol with other rules of who may ask: whoever can reach the
// instance's address and keep to the session tokens of version 2, without any signature. So each instance has an address
// of its own, and nothing else is served there.
//
// The instance identity document has no signature: AWS's is made with a key that nobody else has, so whoever verifies one
// must refuse ours.
package metadata
