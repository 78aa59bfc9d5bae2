// Package gateway is the one address that AWS clients talk to. It finds out which service a request is for and hands it to
// that service's handler.
//
// It stands apart because clients must believe that they talk to AWS: aws-iam-authenticator accepts a token only if it
// names a genuine STS host over https without a port. So the gateway is an HTTPS proxy as well. A CONNECT to an AWS
// host is answered by the gateway itself, under a certificate of the stack's own authority; a CONNECT to the endpoint of
// one of the stack's clusters is passed through to its kube-apiserver; and everything else is refused, so that no request
// ever leaves the machine.
//
// It decides where a request goes and nothing more. Whether the request is genuine is the service's matter, and so are
// bodies: paths and queries are handed on byte for byte, since signatures cover them.
package gateway
