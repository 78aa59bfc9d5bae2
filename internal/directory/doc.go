// Package directory knows who exists: accounts, users, groups, roles, policies, access keys, sessions and clusters, and it
// decides what a caller may do.
//
// It stands apart from the services because all of them ask it the same questions: whose key signed this request, which
// policies bind the caller, is this name taken. Reads come from a typed view in memory, which follows the store, so that
// they stay quick with any number of users and go on while etcd is away. Writes are optimistic transactions: each entity
// is one record with a revision, and what must be counted or checked together (a user's access keys, inline policies and
// attachments; how often a policy is attached) lies in one record, so that limits and uniqueness are exact under any
// concurrency, also between several processes over one etcd.
package directory
