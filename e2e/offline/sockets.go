package offline

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Socket is a bound or connected TCP or UDP socket.
type Socket struct {
	// Protocol is tcp, tcp6, udp or udp6.
	Protocol string
	// Local and Remote are its ends; Remote has port 0 while it is not connected.
	Local, Remote netip.AddrPort
	// Listening tells whether a TCP socket waits for connections.
	Listening bool
	inode     uint64
}

// String names the socket as ss does.
func (s Socket) String() string {
	state := "bound"
	switch {
	case s.Listening:
		state = "listening"
	case s.Remote.Port() != 0:
		state = "connected to " + s.Remote.String()
	}
	return fmt.Sprintf("%s %s %s", s.Protocol, s.Local, state)
}

// Loopback tells whether both ends are on the loopback interface.
func (s Socket) Loopback() bool {
	return s.Local.Addr().Unmap().IsLoopback() && (s.Remote.Port() == 0 || s.Remote.Addr().Unmap().IsLoopback())
}

// States of the kernel's include/net/tcp_states.h. A socket in timeWait belongs to no process any more.
const (
	timeWait = "06"
	listen   = "0A"
)

// sockets lists all sockets of this network namespace.
func sockets() ([]Socket, error) {
	var all []Socket
	for _, protocol := range []string{"tcp", "tcp6", "udp", "udp6"} {
		text, err := os.ReadFile("/proc/self/net/" + protocol)
		if os.IsNotExist(err) {
			continue // a kernel without IPv6
		}
		if err != nil {
			return nil, fmt.Errorf("list sockets: %w", err)
		}
		some, err := parseSockets(protocol, string(text))
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// parseSockets reads a table of /proc/net (proc_net_tcp in the kernel's documentation).
func parseSockets(protocol, text string) ([]Socket, error) {
	var parsed []Socket
	for number, line := range strings.Split(text, "\n") {
		fields := strings.Fields(line)
		if number == 0 || len(fields) == 0 {
			continue
		}
		if len(fields) < 10 {
			return nil, fmt.Errorf("list %s sockets: line %q has %d fields, not 10 or more", protocol, line, len(fields))
		}
		if fields[3] == timeWait {
			continue
		}
		local, err := parseAddress(fields[1])
		if err != nil {
			return nil, err
		}
		remote, err := parseAddress(fields[2])
		if err != nil {
			return nil, err
		}
		inode, err := strconv.ParseUint(fields[9], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("list %s sockets: inode %q: %w", protocol, fields[9], err)
		}
		listening := strings.HasPrefix(protocol, "tcp") && fields[3] == listen
		parsed = append(parsed, Socket{Protocol: protocol, Local: local, Remote: remote, Listening: listening, inode: inode})
	}
	return parsed, nil
}

// parseAddress reads 0100007F:1F90: the address as 32-bit words in the machine's byte order, which is little-endian on all
// machines that run the suite, and the port.
func parseAddress(text string) (netip.AddrPort, error) {
	host, port, _ := strings.Cut(text, ":")
	raw, err := hex.DecodeString(host)
	number, portErr := strconv.ParseUint(port, 16, 16)
	if err != nil || portErr != nil || len(raw)%4 != 0 {
		return netip.AddrPort{}, fmt.Errorf("list sockets: %q is no address", text)
	}
	for word := range slices.Chunk(raw, 4) {
		slices.Reverse(word)
	}
	address, ok := netip.AddrFromSlice(raw)
	if !ok {
		return netip.AddrPort{}, fmt.Errorf("list sockets: %q is no address", text)
	}
	return netip.AddrPortFrom(address, uint16(number)), nil
}
