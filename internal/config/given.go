package config

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// Source is a way in which the value of an option is given.
type Source string

// The ways, the strongest first.
const (
	FromFlag        Source = "flag"
	FromEnvironment Source = "environment" // also by the file that a …_FILE variable names
	FromFile        Source = "file"        // that --config names
	FromDefault     Source = "default"
	FromCommand     Source = "command" // that runs a server with options of its own
)

// Option is an option with what it is set to, for people to read.
type Option struct {
	Name     string // "kie-api-key"
	Group    string // key of one of Groups
	Variable string // "REELBACK_KIE_API_KEY"
	Value    string // of a secret no more than "set"; empty for what is not set
	Source   Source
	Where    string // the variable or the file; empty for other ways
	Secret   bool
}

// secretSet stands for the value of any secret.
const secretSet = "set"

// origin is where a value came from.
type origin struct {
	from  Source
	where string
}

// Options lists every option of a parsed configuration in the order of its fields. The resolver
// is the one it was parsed with; without one the values that are no defaults are the command's.
func Options(c Config, r *Resolver) ([]Option, error) {
	c.Given = nil
	parser, err := kong.New(&c) // for its names and tags; it parses nothing
	if err != nil {
		return nil, fmt.Errorf("list the options: %w", err)
	}
	var all []Option
	for _, flag := range parser.Model.Flags {
		if flag.Name == "help" {
			continue
		}
		o := Option{Name: flag.Name, Group: flag.Tag.Group, Variable: flag.Envs[0],
			Value: valueText(flag.Target), Secret: flag.Tag.Has("secret")}
		at := r.origin(flag.Name, o.Value == flag.Default)
		o.Source, o.Where = at.from, at.where
		if o.Secret && o.Value != "" {
			o.Value = secretSet
		}
		all = append(all, o)
	}
	return all, nil
}

// origin is where an option's value came from. Kong asks the resolver for all that the command
// line leaves open, so what was not asked for is a flag.
func (r *Resolver) origin(name string, isDefault bool) origin {
	switch {
	case r == nil && isDefault:
		return origin{from: FromDefault}
	case r == nil:
		return origin{from: FromCommand}
	}
	if at, asked := r.given[name]; asked {
		return at
	}
	return origin{from: FromFlag}
}

// valueText writes a value as it would be given.
func valueText(v reflect.Value) string {
	switch value := v.Interface().(type) {
	case []string:
		return strings.Join(value, ", ")
	case Size:
		if value == 0 {
			return "" // as where none is given
		}
		return value.String()
	case time.Duration:
		text := value.String()
		if strings.HasSuffix(text, "m0s") {
			text = strings.TrimSuffix(text, "0s")
		}
		if strings.HasSuffix(text, "h0m") {
			text = strings.TrimSuffix(text, "0m")
		}
		return text
	default:
		return fmt.Sprint(value)
	}
}
