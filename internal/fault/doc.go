// Package fault is the set of things that a stack does wrong on purpose: AWS services that throttle, fail, are slow or hang
// up, a clock of STS that is off, sessions that end early, and webhooks that are gone.
//
// It stands apart because it only decides: which requests meet a fault, by scope, rate, count and seeded chance. What then
// happens is for those who ask: the services for requests, the clusters for webhooks. While no fault is set a question costs
// one atomic load.
package fault
