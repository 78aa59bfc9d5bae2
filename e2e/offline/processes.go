package offline

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// family follows the processes that descend from this one. A process stays in the family when its parent ends, as a
// program in the background does; it is known by its start time too, so that a reused number is not taken for it.
type family struct {
	born map[int]string
}

func newFamily() *family { return &family{born: map[int]string{os.Getpid(): ""}} }

// update finds new members and forgets those that have ended.
func (f *family) update() error {
	parents, born, err := processes()
	if err != nil {
		return err
	}
	for pid, start := range f.born {
		if pid != os.Getpid() && born[pid] != start {
			delete(f.born, pid)
		}
	}
	for grown := true; grown; {
		grown = false
		for pid, parent := range parents {
			_, member := f.born[pid]
			if _, child := f.born[parent]; child && !member {
				f.born[pid] = born[pid]
				grown = true
			}
		}
	}
	return nil
}

// inodes returns the sockets that members have open. A process that has just ended has none.
func (f *family) inodes() map[uint64]bool {
	open := map[uint64]bool{}
	for pid := range f.born {
		links, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		for _, link := range links {
			target, _ := os.Readlink(link)
			text, ok := strings.CutPrefix(target, "socket:[")
			if !ok {
				continue
			}
			if inode, err := strconv.ParseUint(strings.TrimSuffix(text, "]"), 10, 64); err == nil {
				open[inode] = true
			}
		}
	}
	return open
}

// processes returns each process's parent and start time.
func processes() (parents map[int]int, born map[int]string, err error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, nil, fmt.Errorf("list processes: %w", err)
	}
	parents, born = map[int]int{}, map[int]string{}
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile(filepath.Join("/proc", entry.Name(), "stat"))
		if err != nil {
			continue // it has ended
		}
		if parent, start, ok := parseStat(string(stat)); ok {
			parents[pid], born[pid] = parent, start
		}
	}
	return parents, born, nil
}

// parseStat reads /proc/PID/stat (proc_pid_stat(5)): the parent is field 4 and the start time field 22. The name in
// parentheses may itself have blanks and parentheses, so fields are counted from the last one.
func parseStat(text string) (parent int, start string, ok bool) {
	end := strings.LastIndexByte(text, ')')
	if end < 0 {
		return 0, "", false
	}
	fields := strings.Fields(text[end+1:])
	if len(fields) < 20 {
		return 0, "", false
	}
	parent, err := strconv.Atoi(fields[1])
	return parent, fields[19], err == nil
}
