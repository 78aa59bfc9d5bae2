// Package fakeeks is Amazon EKS as an http.Handler: clusters as the EKS API shows them.
//
// It stands apart from the control planes themselves: it keeps what the API says of a cluster, and whoever runs one tells it.
package fakeeks
