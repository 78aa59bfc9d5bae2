// Package authenticator asks the code of aws-iam-authenticator what it makes of a text or a token, without running it.
//
// It stands apart because it alone imports that program's packages, and with them client-go and Prometheus. What it
// returns is what the program itself would do; nothing here decides by rules of our own.
//
// One package of the program stays outside: the one that reads aws-auth is bound to a client for every API of Kubernetes,
// which would cost the daemon 12 MB of memory and 30 MB of binary. Its reader is repeated here over the same YAML and JSON
// libraries and the same types, and a test holds both readers to the same answers and the same words.
package authenticator
