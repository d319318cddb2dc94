package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/reelback/reelback/internal/config"
)

// TestTheReadmeListsEveryOption holds the README's table against the code, line by line.
func TestTheReadmeListsEveryOption(t *testing.T) {
	t.Parallel()
	var c config.Config
	parser, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	titles := make(map[string]string)
	for _, g := range config.Groups() {
		titles[g.Key] = strings.TrimSuffix(g.Title, ":")
	}
	var table strings.Builder
	group := ""
	for _, flag := range parser.Model.Flags {
		if flag.Name == "help" {
			continue
		}
		if flag.Tag.Group != group {
			group = flag.Tag.Group
			fmt.Fprintf(&table, "| **%s** | | | |\n", titles[group])
		}
		row := optionRow(flag)
		table.WriteString(row)
		if !strings.Contains(string(readme), row) {
			t.Errorf("the README lacks this row:\n%s", row)
		}
	}
	// The row before is that of --config, which belongs to the command line as a whole.
	if !strings.Contains(string(readme), "named as the flags are. |\n"+table.String()+"\n") {
		t.Errorf("the README has other rows, or in another order, than these:\n%s", table.String())
	}
}

func optionRow(flag *kong.Flag) string {
	value := ""
	if flag.HasDefault {
		value = "`" + flag.Default + "`"
	}
	return strings.ReplaceAll(fmt.Sprintf("| `--%s` | `%s` | %s | %s |\n",
		flag.Name, flag.Envs[0], value, flag.Help), "|  |", "| |")
}
