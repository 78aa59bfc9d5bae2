// Package maproles adds roles to the text of mapRoles in aws-auth and takes them out of it, as EKS does for managed node
// groups and Fargate profiles.
//
// It stands apart because the text is people's own: comments, order, indentation and what is wrong with other elements stay as
// they are, so it is edited line by line and not written anew.
package maproles
