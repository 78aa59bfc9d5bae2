// Package logs is Amazon CloudWatch Logs over the log files of real processes: EKS's control plane logs, where one reads
// why the authenticator refused somebody.
//
// It stands apart from CloudTrail because it is another service with another source. Nothing is copied: the files are read
// when somebody asks, so that what is shown is what was written.
package logs
