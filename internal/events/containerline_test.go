package events

import "testing"

func TestContainerLine(t *testing.T) {
	tests := []struct{ name, line, want string }{
		{"of a container", `2026-11-23T14:00:00.000000001Z stderr F time=x msg="access denied"`, `time=x msg="access denied"`},
		{"empty", "2026-11-23T14:00:00.000000001Z stdout F ", ""},
		{"of a process", `time=x level=warning msg="access denied"`, `time=x level=warning msg="access denied"`},
		{"that only looks like one", "it said stderr F nothing", "it said stderr F nothing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := ContainerLine(test.line); got != test.want {
				t.Errorf("got %q; want %q", got, test.want)
			}
		})
	}
}

func TestAuthenticatorLineOfAContainer(t *testing.T) {
	const line = `time="2026-11-23T14:00:00Z" level=warning msg="access denied" client="172.18.0.1:5" error="identity is not mapped" path=/authenticate`
	plain, ok := ParseAuthenticatorLine(line, "dev")
	wrapped, wrappedOK := ParseAuthenticatorLine("2026-11-23T14:00:00.000000001Z stderr F "+line, "dev")
	if !ok || !wrappedOK || plain.Time.IsZero() || plain.Time != wrapped.Time || plain.Text != wrapped.Text {
		t.Errorf("%+v, %v; want %+v, %v", wrapped, wrappedOK, plain, ok)
	}
}
