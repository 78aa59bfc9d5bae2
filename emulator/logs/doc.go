// Package logs reads the log files of a stack: it finds a component's file, and prints and follows it.
//
// It stands apart because logs are read after a stack has ended as well as while another process writes them.
package logs
