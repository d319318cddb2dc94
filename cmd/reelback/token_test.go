package main

import (
	"strings"
	"testing"
)

// TestRemovingATokenThatIsNotThereTellsHowToListThem removes one that is there as well.
func TestRemovingATokenThatIsNotThereTellsHowToListThem(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := func(command string) (string, error) {
		var out, log safeBuffer
		err := execute(t.Context(), append(strings.Fields(command), "--data-dir", dir), &out, &log)
		return out.String(), err
	}
	if out, err := run("token create"); err != nil {
		t.Fatal(out, err)
	}
	out, err := run("token remove 99")
	if err == nil || !strings.Contains(err.Error(), "there is no API token 99: reelback token list") {
		t.Errorf("%s, %v", out, err)
	}
	if out, err := run("token remove 1"); err != nil || !strings.Contains(out, "no longer valid") {
		t.Errorf("%s, %v", out, err)
	}
}
