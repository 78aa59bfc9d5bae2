// Package fakeeks is Amazon EKS as an http.Handler: clusters, who may enter them and what access policies let them do.
//
// It stands apart from the control planes themselves. It keeps what the API says in the directory and decides what AWS
// would decide; whoever runs control planes implements [ControlPlanes] and is told what to start, to change and to end.
// The one thing that kube-apiservers ask of it is [Service.Authorizer], by which access policies count beside RBAC.
package fakeeks
