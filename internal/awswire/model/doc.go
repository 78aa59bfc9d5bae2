// Package model holds the facts of AWS's published API models that a server needs to speak AWS's protocols: names on
// the wire, where a value travels, what is required, and which values are allowed. The SDK's Go types carry none of
// these. The data files hold facts alone, without documentation, one file a service, and are read when first asked for.
//
// The files are made by the generator in gen from the service models that botocore carries.
package model

//go:generate go run ./gen -out data
