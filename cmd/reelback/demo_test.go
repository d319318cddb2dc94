package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

func TestTheDemoPlaysAndLeavesNothing(t *testing.T) {
	t.Parallel()
	addr, err := freeAddress(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	p := launch(t, "env", "TMPDIR="+dir, os.Args[0], "demo", "--addr", addr,
		"--rate", "10ms")
	for _, status := range []string{"saved", "failed"} {
		p.awaitStatus(status)
	}
	p.stop()
	if !p.cmd.ProcessState.Success() {
		t.Errorf("the demo ended with %v:\n%s", p.cmd.ProcessState, p.log)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("it left %v (%v)", left, err)
	}
}

// awaitStatus looks whenever something changes, until there is a task of a status.
func (p *program) awaitStatus(status string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	news := p.watch(ctx)
	for {
		var page struct {
			Tasks []apiTask `json:"tasks"`
		}
		if p.get("/api/v1/tasks?status="+status, &page); len(page.Tasks) > 0 {
			return
		}
		select {
		case <-news:
		case <-ctx.Done():
			p.t.Fatalf("no task is %s", status)
		}
	}
}
