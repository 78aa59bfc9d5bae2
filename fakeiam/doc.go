// Package fakeiam is AWS Identity and Access Management as an http.Handler.
//
// It stands apart as the one service that changes who exists. Its operations have the SDK's own signatures; what it keeps
// is in a directory, which other services read. One file holds the operations on one kind of entity.
package fakeiam
