package main

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// session is what is typed. In its file "= " begins the title, "# " a remark that is shown, "$ " a command, which "> "
// continues, and "! " a command that is not shown and must succeed.
type session struct {
	title string
	steps []step
}

type step struct {
	kind string
	text string
}

const (
	title   = "= "
	remark  = "# "
	command = "$ "
	further = "> "
	hidden  = "! "
)

func parse(source string) (session, error) {
	var s session
	for i, line := range strings.Split(source, "\n") {
		if line == "" {
			continue
		}
		kind, text := line[:min(2, len(line))], line[min(2, len(line)):]
		switch kind {
		case title:
			s.title = text
		case remark, command, hidden:
			s.steps = append(s.steps, step{kind, text})
		case further:
			if len(s.steps) == 0 || s.steps[len(s.steps)-1].kind != command {
				return s, fmt.Errorf("line %d continues no command", i+1)
			}
			s.steps[len(s.steps)-1].text += "\n" + text
		default:
			return s, fmt.Errorf("line %d begins with none of %q", i+1, []string{title, remark, command, further, hidden})
		}
	}
	return s, nil
}

// Times of the cast: a person types, looks at what is printed, and is not kept waiting for longer than patience.
const (
	keystroke = 20 * time.Millisecond
	typing    = 2 * time.Second
	look      = time.Second
	patience  = time.Second
	// limit bounds one command.
	limit = 2 * time.Minute
)

// play runs the commands and keeps what they print. now measures how long they take.
func (s session) play(ctx context.Context, c *cast, now func() time.Time) error {
	for _, step := range s.steps {
		switch step.kind {
		case remark:
			c.print(0, remark+step.text+"\n")
			c.wait(look)
			continue
		case command:
			c.print(0, command+strings.ReplaceAll(step.text, "\n", "\n"+further)+"\n")
			c.wait(min(time.Duration(len(step.text))*keystroke, typing))
		}
		began := now()
		printed, err := shell(ctx, step.text)
		if step.kind == hidden {
			if err != nil {
				return fmt.Errorf("%s: %w: %s", step.text, err, printed)
			}
			continue
		}
		c.print(min(now().Sub(began), patience), printed)
		c.wait(look)
	}
	return ctx.Err()
}

// shell runs one command. That it fails is part of many stories; that it is not there is not.
func shell(ctx context.Context, text string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	printed, err := exec.CommandContext(ctx, "bash", "-c", text).CombinedOutput()
	return string(printed), err
}
