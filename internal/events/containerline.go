package events

import (
	"strings"
	"time"
)

// ContainerLine returns what a container has written, without the time, stream and tag that its runtime puts before each line
// (https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md). A line of another log is
// returned as it is.
func ContainerLine(line string) string {
	fields := strings.SplitN(line, " ", 4)
	if len(fields) < 4 || fields[1] != "stderr" && fields[1] != "stdout" || fields[2] != "F" && fields[2] != "P" {
		return line
	}
	if _, err := time.Parse(time.RFC3339Nano, fields[0]); err != nil {
		return line
	}
	return fields[3]
}
