// Package faketrail is AWS CloudTrail's event history: it records the calls that the other services have answered, and
// tells of them through LookupEvents.
//
// It stands apart because it is a witness: it sees every service and takes part in none. The history is where one finds
// out who made a cluster, whom nothing else shows. Events that change something are kept with the stack's state, a bounded
// number of them for each account and region; those that only read are forgotten at the end.
//
// Its package logs is Amazon CloudWatch Logs, over the log files of the clusters' real processes.
package faketrail
