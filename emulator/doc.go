// Package emulator is the program: its commands, and the Environment that starts and stops all the parts of a stack.
//
// It is the one place where the fakes, the gateway and the clusters meet; none of them knows another.
package emulator
