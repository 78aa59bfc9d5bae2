// Package client explains what happens before a cluster hears of an attempt: which user of a kubeconfig asks, which plugin is
// to make a token, and what the plugin says.
//
// It stands apart because no part of a stack takes part in it. The plugin itself is run, as kubectl runs it; only kubectl's own
// checks of a kubeconfig are repeated here, in its words.
package client
