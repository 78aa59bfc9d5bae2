// Package fakests is the AWS Security Token Service as an http.Handler.
//
// It stands apart as the service that tells callers who they are and gives them other identities for a time. It stores
// nothing: temporary credentials carry their session in their token, which the directory seals and opens.
package fakests
