package config

import (
	"fmt"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

// fileFlag is the option that names the configuration file, and fileVariable its variable.
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
	given  map[string]origin // where values came from, by the name of the option
}

// NewResolver reads the configuration file that the arguments or REELBACK_CONFIG name.
func NewResolver(args []string, getenv func(string) string) (*Resolver, error) {
	r := &Resolver{getenv: getenv, path: filePath(args, getenv), given: make(map[string]origin)}
	if r.path == "" {
		return r, nil
	}
	text, err := os.ReadFile(r.path)
	if err != nil {
		return nil, fmt.Errorf("read --config: %w", err)
	}
	var file map[string]any
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("read --config %s: it is no YAML of the form `addr: \":8080\"`: %w",
			r.path, err)
	}
	r.file = make(map[string]any, len(file))
	for key, value := range file {
		name := strings.ReplaceAll(key, "_", "-")
		if _, twice := r.file[name]; twice {
			return nil, fmt.Errorf("read --config %s: it gives %s twice", r.path, name)
		}
		r.file[name] = value
	}
	return r, nil
}

// Defaults returns the options as they are where nothing is said: no argument, no variable, no
// file.
func Defaults() (c Config, err error) {
	parser, err := kong.New(&c)
	if err != nil {
		return c, fmt.Errorf("set up the options: %w", err)
	}
	for _, f := range parser.Model.Flags {
		f.Tag.Envs = nil
	}
	if _, err := parser.Parse(nil); err != nil {
		return c, fmt.Errorf("fill in the options: %w", err)
	}
	return c, nil
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
		if !known[key] {
			return fmt.Errorf("%s: there is no option %q, see reelback serve --help", r.path, key)
		}
	}
	return nil
}

// Resolve returns the value of an option, nil to leave it to its variable or default. A variable
// that is empty counts as not set: that is what compose files make of one.
func (r *Resolver) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if text := r.getenv(name); text != "" {
			r.given[flag.Name] = origin{FromEnvironment, name}
			if oneAFlag(flag) {
				return atCommas(text), nil
			}
			return nil, nil // kong reads variables by itself
		}
		if path := r.getenv(name + "_FILE"); path != "" && flag.Tag.Has("secret") {
			r.given[flag.Name] = origin{FromEnvironment, name + "_FILE"}
			return secretIn(path, name, flag)
		}
	}
	value, err := r.fromFile(flag)
	r.given[flag.Name] = origin{from: FromDefault}
	if value != nil {
		r.given[flag.Name] = origin{FromFile, r.path}
	}
	if value == nil && err == nil && flag.HasDefault && len(flag.Envs) > 0 {
		return flag.Default, nil
	}
	if text, isText := value.(string); err == nil && oneAFlag(flag) && (isText || value == nil) {
		return atCommas(text), nil
	}
	return value, err
}

// oneAFlag says whether an option that may be repeated takes one value a flag, commas and all. A
// variable has no other way to give several: there, and in a text of the file, commas separate.
func oneAFlag(flag *kong.Flag) bool { return flag.IsSlice() && flag.Tag.Sep == -1 }

// atCommas cuts a text as kong does where a flag may have several values. Of an empty text
// nothing is left, for which kong by itself would take one empty value.
func atCommas(text string) []any {
	var values []any
	for _, value := range kong.SplitEscaped(text, ',') {
		values = append(values, value)
	}
	return values
}

// secretIn reads a file that a …_FILE variable names. Of an option that may be repeated it has
// one value a line.
func secretIn(path, name string, flag *kong.Flag) (any, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the secret of %s_FILE: %w", name, err)
	}
	if !flag.IsSlice() {
		return strings.TrimSpace(string(text)), nil
	}
	values := []any{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" {
			values = append(values, line)
		}
	}
	return values, nil
}

// fromFile returns an option's value in the configuration file, nil if it gives none.
func (r *Resolver) fromFile(flag *kong.Flag) (any, error) {
	switch value := r.file[flag.Name].(type) {
	case nil:
		return nil, nil
	case []any:
		if !flag.IsSlice() {
			return nil, fmt.Errorf("%s gives several values, give one", r.path)
		}
		values := make([]any, len(value))
		for i := range value {
			values[i] = fmt.Sprint(value[i])
		}
		return values, nil
	case map[string]any:
		return nil, fmt.Errorf("%s gives keys and values, give a value", r.path)
	default:
		return fmt.Sprint(value), nil
	}
}
