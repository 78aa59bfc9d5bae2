// Package managed holds the AWS managed policies that work with EKS meets: who may administer, what cluster, node and
// add-on roles carry, and the general read-only ones.
//
// It exists apart so that the engine stays free of data, and only who stores policies pays for reading them.
//
// The data files are facts that AWS publishes (names, unique IDs, dates, versions, permissions) in a layout of our own.
// One file is one policy, in its default version; earlier versions are not kept. ReadOnlyAccess, SecurityAudit and
// ViewOnlyAccess, which speak of hundreds of services, are cut down to those that a call to eksauth can name, and a few
// neighbours: sts, iam, eks, ec2, logs, cloudtrail, ecr and kms.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
package managed
