//go:build unix

package work

import (
	"os/exec"
	"syscall"
)

// niceness is how far a converter stands back behind everything else on the machine.
const niceness = 15

// ownGroup has a program and all it starts end together.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// lowPriority is a courtesy: without it the picture is taken all the same.
func lowPriority(pid int) { _ = syscall.Setpriority(syscall.PRIO_PROCESS, pid, niceness) }
