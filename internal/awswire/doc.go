// Package awswire speaks AWS's protocols on the server side: the query protocol (STS, IAM), EC2's dialect of it,
// rest-json (EKS) and json 1.1 (CloudTrail, CloudWatch Logs). It stands between HTTP and a fake whose methods have the
// SDK's own signatures, so that a fake knows nothing of HTTP and adding an operation is writing one method.
//
// One interpreter serves all of them. It walks a shape of AWS's published model (package model) side by side with the
// SDK's Go type: the shape has the names on the wire, the type holds the values.
//
// A request passes the same gates in the same order as on AWS: signature, operation, decoding, constraints of the
// model, authorization, operation.
package awswire
