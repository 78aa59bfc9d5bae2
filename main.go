// Command eksauth emulates everything that decides who you are on an Amazon EKS cluster.
package main

import (
	"os"

	"github.com/eksauth/eksauth/emulator"
)

func main() { os.Exit(emulator.Main()) }
