package offline

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Attempts returns how often anything in this network namespace has tried to send where no route leads, over IPv4 and IPv6
// together. In a namespace that has loopback only, that is each attempt to reach anything else.
func Attempts() (int, error) {
	v4, err := os.ReadFile("/proc/self/net/snmp")
	if err != nil {
		return 0, fmt.Errorf("read the kernel's IPv4 counters: %w", err)
	}
	count, err := outNoRoutes4(string(v4))
	if err != nil {
		return 0, err
	}
	v6, err := os.ReadFile("/proc/self/net/snmp6")
	if os.IsNotExist(err) {
		return count, nil // a kernel without IPv6
	}
	if err != nil {
		return 0, fmt.Errorf("read the kernel's IPv6 counters: %w", err)
	}
	more, err := outNoRoutes6(string(v6))
	return count + more, err
}

// outNoRoutes4 reads /proc/net/snmp: for each protocol a line of names and a line of values.
func outNoRoutes4(text string) (int, error) {
	var names []string
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] != "Ip:" {
			continue
		}
		if names == nil {
			names = fields
			continue
		}
		for i, name := range names {
			if name == "OutNoRoutes" && i < len(fields) {
				return strconv.Atoi(fields[i])
			}
		}
	}
	return 0, fmt.Errorf("the kernel's IPv4 counters have no OutNoRoutes")
}

// outNoRoutes6 reads /proc/net/snmp6: a line for each counter.
func outNoRoutes6(text string) (int, error) {
	for line := range strings.Lines(text) {
		if fields := strings.Fields(line); len(fields) == 2 && fields[0] == "Ip6OutNoRoutes" {
			return strconv.Atoi(fields[1])
		}
	}
	return 0, fmt.Errorf("the kernel's IPv6 counters have no Ip6OutNoRoutes")
}
