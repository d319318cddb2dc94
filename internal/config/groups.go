package config

import "github.com/alecthomas/kong"

// Groups are the groups of options, in the order of the fields of Config, whose tags name their
// keys. The titles are those of --help and of the README; pages have words of their own.
func Groups() []kong.Group {
	return []kong.Group{
		{Key: "serving", Title: "Serving:"},
		{Key: "access", Title: "Sign-in and access:"},
		{Key: "elsewhere", Title: "Signing in elsewhere:"},
		{Key: "callbacks", Title: "Callbacks:"},
		{Key: "provider", Title: "Asking the provider:"},
		{Key: "fetching", Title: "Fetching files:"},
		{Key: "storage", Title: "Storage:"},
		{Key: "logging", Title: "Logging:"},
	}
}
