package container

import (
	"context"
	"io"
	"log/slog"
	"net"
	"strconv"
	"testing"
)

func TestParseRelay(t *testing.T) {
	tests := []struct {
		text string
		want Relay
		bad  bool
	}{
		{text: "4566", want: Relay{4566, 4566}},
		{text: "443:4443", want: Relay{443, 4443}},
		{text: "0", bad: true},
		{text: "443:", bad: true},
		{text: "65536", bad: true},
		{text: "-1:2", bad: true},
		{text: "", bad: true},
	}
	for _, test := range tests {
		got, err := ParseRelay(test.text)
		if got != test.want || (err != nil) != test.bad {
			t.Errorf("ParseRelay(%q) = %v, %v", test.text, got, err)
		}
	}
}

// TestRelaysCarryBothWays asks a server through a relay; the answer comes when the request has ended.
func TestRelaysCarryBothWays(t *testing.T) {
	server, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	go answerWhenSaid(server)
	target := server.Addr().(*net.TCPAddr).Port
	// The same port on another address of the loopback network stands for the container's own address.
	relays := &Relays{List: []Relay{{From: target, To: target}}, Addresses: []string{"127.0.0.2"}, Log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- relays.Run(ctx) }()
	var conn net.Conn
	until(t, func() bool {
		conn, err = new(net.Dialer).DialContext(t.Context(), "tcp", net.JoinHostPort("127.0.0.2", strconv.Itoa(target)))
		return err == nil
	})
	if _, err := conn.Write([]byte("who")); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil || string(answer) != "you said who" {
		t.Errorf("answer %q, %v", answer, err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("at the end: %v", err)
	}
}

func TestRelaysSayWhichPortIsTaken(t *testing.T) {
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := taken.Addr().(*net.TCPAddr).Port
	relays := &Relays{List: []Relay{{From: port, To: port}}, Addresses: []string{"127.0.0.1"}, Log: slog.New(slog.DiscardHandler)}
	if err := relays.Run(t.Context()); err == nil {
		t.Error("a port that is taken was published")
	}
}

func answerWhenSaid(server net.Listener) {
	for {
		conn, err := server.Accept()
		if err != nil {
			return
		}
		said, _ := io.ReadAll(conn)
		_, _ = conn.Write(append([]byte("you said "), said...))
		_ = conn.Close()
	}
}
