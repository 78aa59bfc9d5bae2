// Command recording makes the pictures of terminals that README.md shows: it types the commands of a session into a shell,
// keeps what they print as an asciinema cast, and draws the cast as an SVG that plays once and stays readable.
//
//	recording run docs/images/founding.session    writes founding.cast and founding.svg beside it
//	recording draw docs/images/founding.cast      writes founding.svg again, without running anything
//
// The cast holds the digest of the session that it was made from, so that a test finds pictures of an older session.
package main
