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
	rows := 0
	for _, flag := range parser.Model.Flags {
		if flag.Name == "help" {
			continue
		}
		rows++
		if row := optionRow(flag); !strings.Contains(string(readme), row) {
			t.Errorf("the README lacks this row:\n%s", row)
		}
	}
	// One more for --config, which belongs to the command line as a whole.
	if n := strings.Count(string(readme), "\n| `--"); n != rows+1 {
		t.Errorf("the README has %d rows of options, the code %d", n, rows+1)
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
