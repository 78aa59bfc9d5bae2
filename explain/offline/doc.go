// Package offline explains a token that was made for a real cluster, with nothing but the token and, if given, the mappings.
//
// It stands apart because it may ask nobody: neither STS nor the cluster. What only the secret key or the cluster can tell,
// it calls unknown.
package offline
