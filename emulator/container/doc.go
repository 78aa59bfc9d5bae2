// Package container lets the programs of a stack run in containers of their own, one a program, as docker-compose starts
// them, while the stack itself is started, watched and stopped as on a machine without containers.
//
// A [Runner] waits in each program's container. The stack starts what it takes for the program: this binary under the
// program's name, a [StandIn], which asks the runner to start the real one, passes on its output and signals, and ends as
// it ends. The containers share one network namespace, so that what the programs tell each other stays on the loopback
// address; [Relays] carry the few published ports from the outside to it.
package container
