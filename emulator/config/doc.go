// Package config reads the configuration file: which accounts, people, roles and clusters a stack starts with.
//
// It stands apart from the program because a configuration can be judged without starting anything: every problem of a file
// is found in one pass and reported with its line.
package config
