package config

import (
	"fmt"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

// fileKey is the option that names the configuration file, and fileVariable its variable.
const (
	fileFlag     = "config"
	fileVariable = "REELBACK_CONFIG"
)

// Resolver finds the values of options that the command line leaves open: in variables, in the
// files that …_FILE variables of secrets name, and in the configuration file.
type Resolver struct {
	getenv func(string) string
	file   map[string]any // by the name of the option; nil without a file
	path   string
}

// NewResolver reads the configuration file that the arguments or REELBACK_CONFIG name.
func NewResolver(args []string, getenv func(string) string) (*Resolver, error) {
	r := &Resolver{getenv: getenv, path: filePath(args, getenv)}
	if r.path == "" {
		return r, nil
	}
	text, err := os.ReadFile(r.path)
	if err != nil {
		return nil, fmt.Errorf("read --config: %w", err)
	}
	if err := yaml.Unmarshal(text, &r.file); err != nil {
		return nil, fmt.Errorf("read --config %s: it is no YAML of the form `addr: \":8080\"`: %w",
			r.path, err)
	}
	return r, nil
}

func filePath(args []string, getenv func(string) string) string {
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--"+fileFlag+"="); ok {
			return value
		}
		if arg == "--"+fileFlag && i+1 < len(args) {
			return args[i+1]
		}
	}
	return getenv(fileVariable)
}

// Validate reports keys of the configuration file that no option has.
func (r *Resolver) Validate(app *kong.Application) error {
	known := make(map[string]bool)
	var walk func(*kong.Node)
	walk = func(n *kong.Node) {
		for _, f := range n.Flags {
			known[f.Name] = true
		}
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(app.Node)
	for key := range r.file {
		if !known[strings.ReplaceAll(key, "_", "-")] {
			return fmt.Errorf("%s: there is no option %q, see reelback serve --help", r.path, key)
		}
	}
	return nil
}

// Resolve returns the value of an option, nil to leave it to its variable or default.
func (r *Resolver) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if r.getenv(name) != "" {
			return nil, nil // kong reads variables by itself
		}
		if !flag.Tag.Has("secret") || r.getenv(name+"_FILE") == "" {
			continue
		}
		text, err := os.ReadFile(r.getenv(name + "_FILE"))
		if err != nil {
			return nil, fmt.Errorf("read the secret of %s_FILE: %w", name, err)
		}
		return strings.TrimSpace(string(text)), nil
	}
	return r.fromFile(flag.Name), nil
}

func (r *Resolver) fromFile(name string) any {
	for key, value := range r.file {
		if strings.ReplaceAll(key, "_", "-") != name {
			continue
		}
		if list, ok := value.([]any); ok {
			texts := make([]string, len(list))
			for i, item := range list {
				texts[i] = fmt.Sprint(item)
			}
			return strings.Join(texts, ",")
		}
		return fmt.Sprint(value)
	}
	return nil
}
