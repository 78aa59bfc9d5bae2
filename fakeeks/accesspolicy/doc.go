// Package accesspolicy knows the access policies of EKS and decides by them, as EKS's authorizer does beside RBAC.
//
// It stands apart because the policies are data with AWS's documentation as their source, and a decision needs neither
// EKS's records nor HTTP. A policy only allows; what none allows is left to the other authorizers.
package accesspolicy
