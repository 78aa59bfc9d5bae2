// Package authenticator asks the code of aws-iam-authenticator what it makes of a text or a token, without running it.
//
// It stands apart because it alone imports that program's packages, and with them client-go and Prometheus. What it
// returns is what the program itself would do; nothing here decides by rules of our own.
package authenticator
