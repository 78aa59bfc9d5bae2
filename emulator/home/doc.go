// Package home is a stack's folder: where each file lies, who holds the folder, and which process runs the stack.
//
// It stands apart because every command needs it, also those that run while the stack does not: env, status, down and
// logs read a folder that another process owns.
package home
