package config

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
)

// parse runs a real parser around Config, as the command line does.
func parse(t *testing.T, args ...string) (Config, error) {
	t.Helper()
	var c struct {
		Config string `env:"REELBACK_CONFIG"`
		Serve  struct {
			Config `embed:""`
		} `cmd:"" default:"withargs"`
		Other struct {
			Else string
		} `cmd:""`
	}
	resolver, err := NewResolver(args, os.Getenv)
	if err != nil {
		return Config{}, err
	}
	parser, err := kong.New(&c, kong.Resolvers(resolver), kong.Writers(io.Discard, io.Discard),
		kong.Exit(func(int) { t.Error("the parser wanted to exit") }))
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	return c.Serve.Config, err
}

// write makes a file in a folder of the test's own.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// option is an option with a value for each way to give one.
type option struct {
	flag, variable       string
	secret               bool
	get                  func(Config) any
	byFlag, byVariable   string
	bySecret, byFile     string
	defaultValue         any
	asFlag, asVar, asSec any // what the values are read as; nil if as they are
	asFile               any
}

func one(get func(Config) string) func(Config) any { return func(c Config) any { return get(c) } }

func options(t *testing.T) []option {
	t.Helper()
	work, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	list := func(values ...string) any { return values }
	return []option{
		{flag: "addr", variable: "ADDR", get: one(func(c Config) string { return c.Addr }),
			byFlag: ":1", byVariable: ":2", byFile: ":4", defaultValue: ":8080"},
		{flag: "public-url", variable: "PUBLIC_URL",
			get:    one(func(c Config) string { return c.PublicURL }),
			byFlag: "https://a", byVariable: "https://b", byFile: "https://d", defaultValue: ""},
		{flag: "public-addr", variable: "PUBLIC_ADDR",
			get:    one(func(c Config) string { return c.PublicAddr }),
			byFlag: ":1", byVariable: ":2", byFile: ":4", defaultValue: ""},
		{flag: "trusted-proxies", variable: "TRUSTED_PROXIES",
			get:    func(c Config) any { return c.TrustProxies },
			byFlag: "127.0.0.1", asFlag: list("127.0.0.1"),
			byVariable: "10.0.0.0/8,::1", asVar: list("10.0.0.0/8", "::1"),
			byFile: "192.0.2.1", asFile: list("192.0.2.1"), defaultValue: []string(nil)},
		{flag: "auth", variable: "AUTH", get: one(func(c Config) string { return c.Auth }),
			byFlag: "none", byVariable: "none", byFile: "none", defaultValue: "password"},
		{flag: "admin-user", variable: "ADMIN_USER",
			get:    one(func(c Config) string { return c.AdminUser }),
			byFlag: "a", byVariable: "b", byFile: "d", defaultValue: ""},
		{flag: "admin-password", variable: "ADMIN_PASSWORD", secret: true,
			get:    one(func(c Config) string { return c.AdminPassword }),
			byFlag: "a", byVariable: "b", bySecret: " c d\n", asSec: "c d", byFile: "d",
			defaultValue: ""},
		{flag: "oidc-issuer", variable: "OIDC_ISSUER",
			get:    one(func(c Config) string { return c.OIDCIssuer }),
			byFlag: "a", byVariable: "b", byFile: "d", defaultValue: ""},
		{flag: "oidc-client-id", variable: "OIDC_CLIENT_ID",
			get:    one(func(c Config) string { return c.OIDCClientID }),
			byFlag: "a", byVariable: "b", byFile: "d", defaultValue: ""},
		{flag: "oidc-client-secret", variable: "OIDC_CLIENT_SECRET", secret: true,
			get:    one(func(c Config) string { return c.OIDCSecret }),
			byFlag: "a", byVariable: "b", bySecret: " c d\n", asSec: "c d", byFile: "d",
			defaultValue: ""},
		{flag: "oidc-role-claim", variable: "OIDC_ROLE_CLAIM",
			get:    one(func(c Config) string { return c.OIDCRoleClaim }),
			byFlag: "a", byVariable: "b", byFile: "d", defaultValue: "reelback_role"},
		{flag: "oidc-name", variable: "OIDC_NAME",
			get:    one(func(c Config) string { return c.OIDCName }),
			byFlag: "a", byVariable: "b", byFile: "d", defaultValue: ""},
		{flag: "oidc-scopes", variable: "OIDC_SCOPES",
			get:    func(c Config) any { return c.OIDCScopes },
			byFlag: "a", asFlag: list("a"), byVariable: "b,c", asVar: list("b", "c"),
			byFile: "[d, e]", asFile: list("d", "e"), defaultValue: []string(nil)},
		{flag: "oidc-only", variable: "OIDC_ONLY", get: func(c Config) any { return c.OIDCOnly },
			byFlag: "true", asFlag: true, byVariable: "1", asVar: true, byFile: "yes", asFile: true,
			defaultValue: false},
		{flag: "auth-header", variable: "AUTH_HEADER",
			get:    one(func(c Config) string { return c.AuthHeader }),
			byFlag: "a", byVariable: "b", byFile: "d", defaultValue: ""},
		{flag: "auth-header-role", variable: "AUTH_HEADER_ROLE",
			get:    one(func(c Config) string { return c.AuthRole }),
			byFlag: "admin", byVariable: "operator", byFile: "viewer", defaultValue: "viewer"},
		{flag: "auth-header-role-header", variable: "AUTH_HEADER_ROLE_HEADER",
			get:    one(func(c Config) string { return c.AuthRoleFrom }),
			byFlag: "a", byVariable: "b", byFile: "d", defaultValue: ""},
		{flag: "callback-auth", variable: "CALLBACK_AUTH",
			get:    one(func(c Config) string { return c.CallbackAuth }),
			byFlag: "open", byVariable: "open", byFile: "open", defaultValue: "token"},
		{flag: "kie-hmac-key", variable: "KIE_HMAC_KEY", secret: true,
			get:    func(c Config) any { return c.KieHMACKey },
			byFlag: "a,b", asFlag: list("a,b"), byVariable: "c,d", asVar: list("c", "d"),
			bySecret: " e,1 \n\nf\n", asSec: list("e,1", "f"),
			byFile: `["g,2", 3]`, asFile: list("g,2", "3"), defaultValue: []string(nil)},
		{flag: "kie-hmac-window", variable: "KIE_HMAC_WINDOW",
			get:    func(c Config) any { return c.KieHMACWindow },
			byFlag: "1h", asFlag: time.Hour, byVariable: "2h", asVar: 2 * time.Hour,
			byFile: "3h", asFile: 3 * time.Hour, defaultValue: 30 * time.Minute},
		{flag: "kie-api-key", variable: "KIE_API_KEY", secret: true,
			get:    one(func(c Config) string { return c.KieAPIKey }),
			byFlag: "a", byVariable: "b", bySecret: " c\n", asSec: "c", byFile: "d", defaultValue: ""},
		{flag: "kie-base-url", variable: "KIE_BASE_URL",
			get:    one(func(c Config) string { return c.KieBaseURL }),
			byFlag: "http://a", byVariable: "http://b", byFile: "http://d",
			defaultValue: "https://api.kie.ai"},
		{flag: "ask-after", variable: "ASK_AFTER", get: func(c Config) any { return c.AskAfter },
			byFlag: "1s", asFlag: time.Second, byVariable: "2s", asVar: 2 * time.Second,
			byFile: "3s", asFile: 3 * time.Second, defaultValue: 2 * time.Minute},
		{flag: "fetch-allow", variable: "FETCH_ALLOW", get: func(c Config) any { return c.FetchAllow },
			byFlag: "127.0.0.1", asFlag: list("127.0.0.1"),
			byVariable: "10.0.0.0/8,::1", asVar: list("10.0.0.0/8", "::1"),
			byFile: "192.0.2.1", asFile: list("192.0.2.1"), defaultValue: []string(nil)},
		{flag: "fetch-proxy", variable: "FETCH_PROXY", secret: true,
			get:    one(func(c Config) string { return c.FetchProxy }),
			byFlag: "http://a", byVariable: "http://b", bySecret: "http://c", byFile: "http://d",
			defaultValue: ""},
		{flag: "fetch-parallel", variable: "FETCH_PARALLEL",
			get:    func(c Config) any { return c.FetchParallel },
			byFlag: "1", asFlag: 1, byVariable: "2", asVar: 2, byFile: "3", asFile: 3,
			defaultValue: 8},
		{flag: "fetch-per-host", variable: "FETCH_PER_HOST",
			get:    func(c Config) any { return c.FetchPerHost },
			byFlag: "1", asFlag: 1, byVariable: "2", asVar: 2, byFile: "3", asFile: 3,
			defaultValue: 4},
		{flag: "fetch-max-size", variable: "FETCH_MAX_SIZE",
			get:    func(c Config) any { return c.FetchMaxSize },
			byFlag: "1KB", asFlag: Size(1000), byVariable: "2KB", asVar: Size(2000),
			byFile: "3KB", asFile: Size(3000), defaultValue: Size(16 << 30)},
		{flag: "ffmpeg", variable: "FFMPEG", get: func(c Config) any { return c.FFmpeg },
			byFlag: "/opt/a", asFlag: "/opt/a", byVariable: "b", asVar: "b", byFile: "none",
			asFile: "none", defaultValue: "ffmpeg"},
		{flag: "data-dir", variable: "DATA_DIR",
			get:    one(func(c Config) string { return c.DataDir }),
			byFlag: "/a", byVariable: "/b", byFile: "/d", defaultValue: filepath.Join(work, "data")},
		{flag: "disk-reserve", variable: "DISK_RESERVE",
			get:    func(c Config) any { return c.DiskReserve },
			byFlag: "1KB", asFlag: Size(1000), byVariable: "2KB", asVar: Size(2000),
			byFile: "3KB", asFile: Size(3000), defaultValue: Size(0)},
		{flag: "database", variable: "DATABASE", secret: true,
			get:    one(func(c Config) string { return c.Database }),
			byFlag: "a", byVariable: "b", bySecret: "c", byFile: "d", defaultValue: ""},
		{flag: "media", variable: "MEDIA", get: one(func(c Config) string { return c.Media }),
			byFlag: "a", byVariable: "b", byFile: "d", defaultValue: ""},
		{flag: "log-format", variable: "LOG_FORMAT",
			get:    one(func(c Config) string { return c.LogFormat }),
			byFlag: "json", byVariable: "json", byFile: "json", defaultValue: "text"},
		{flag: "log-level", variable: "LOG_LEVEL",
			get:    one(func(c Config) string { return c.LogLevel }),
			byFlag: "debug", byVariable: "warn", byFile: "error", defaultValue: "info"},
	}
}

func TestTheTestKnowsEveryOption(t *testing.T) {
	t.Parallel()
	parser, err := kong.New(&Config{})
	if err != nil {
		t.Fatal(err)
	}
	var have, know []string
	for _, f := range parser.Model.Flags {
		if f.Name != "help" {
			have = append(have, fmt.Sprint(f.Name, " ", f.Envs, f.Tag.Has("secret")))
		}
	}
	for _, o := range options(t) {
		know = append(know, fmt.Sprint(o.flag, " ", []string{"REELBACK_" + o.variable}, o.secret))
	}
	if !slices.Equal(have, know) {
		t.Errorf("there are %q,\nknown are %q", have, know)
	}
}

// TestOneWayWinsOverTheNext gives a value in every way and takes away the strongest, one by one.
// Where the values cannot differ, the weaker ways are left at something that would not pass.
func TestOneWayWinsOverTheNext(t *testing.T) {
	for _, o := range options(t) {
		t.Run(o.flag, func(t *testing.T) {
			file := write(t, o.flag+": "+o.byFile+"\n")
			secretFile := write(t, o.bySecret)
			check := func(way string, want, otherwise any, args ...string) {
				t.Helper()
				if want == nil {
					want = otherwise
				}
				c, err := parse(t, args...)
				// What only the server's own checks refuse is no matter here.
				if err != nil && !strings.Contains(err.Error(), "supported so far") {
					t.Errorf("%s: %v", way, err)
				}
				if got := o.get(c); !reflect.DeepEqual(got, want) {
					t.Errorf("%s: got %q, want %q", way, got, want)
				}
			}
			t.Setenv("REELBACK_"+o.variable, o.byVariable)
			t.Setenv("REELBACK_"+o.variable+"_FILE", secretFile)
			check("flag", o.asFlag, o.byFlag, "--config", file, "--"+o.flag+"="+o.byFlag)
			check("variable", o.asVar, o.byVariable, "--config="+file)
			t.Setenv("REELBACK_"+o.variable, "")
			if o.secret {
				check("secret", o.asSec, o.bySecret, "--config", file)
				t.Setenv("REELBACK_"+o.variable+"_FILE", "")
			}
			check("file", o.asFile, o.byFile, "--config", file)
			t.Setenv("REELBACK_CONFIG", file)
			check("file by its variable", o.asFile, o.byFile)
			check("file under the other spelling", o.asFile, o.byFile, "--config",
				write(t, strings.ReplaceAll(o.flag, "-", "_")+": "+o.byFile))
			t.Setenv("REELBACK_CONFIG", "")
			check("default, the variable empty", nil, o.defaultValue)
			if err := os.Unsetenv("REELBACK_" + o.variable); err != nil {
				t.Fatal(err)
			}
			check("default", nil, o.defaultValue)
			check("default, the file silent", nil, o.defaultValue, "--config", write(t, o.flag+":\n"))
		})
	}
}

func TestRepeatedFlags(t *testing.T) {
	t.Parallel()
	c, err := parse(t, "--kie-hmac-key", "a", "--kie-hmac-key=b,c", "--fetch-allow", "::1,10.0.0.0/8",
		"--fetch-allow=127.0.0.1")
	if err != nil || !slices.Equal(c.KieHMACKey, []string{"a", "b,c"}) ||
		!slices.Equal(c.FetchAllow, []string{"::1", "10.0.0.0/8", "127.0.0.1"}) {
		t.Errorf("%q, %q, %v", c.KieHMACKey, c.FetchAllow, err)
	}
}

// TestKeysInOneTextOfTheFile holds for texts as it does for variables; a list has a key an entry.
func TestKeysInOneTextOfTheFile(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		`a,b`: {"a", "b"}, `'a\,b'`: {"a,b"}, `["a,b"]`: {"a,b"}, `7`: {"7"}, `""`: nil,
	} {
		c, err := parse(t, "--config", write(t, "kie-hmac-key: "+text))
		if err != nil || !slices.Equal(c.KieHMACKey, want) {
			t.Errorf("%s: %q, %v", text, c.KieHMACKey, err)
		}
	}
}

func TestFilesThatAreOfNoUse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"unknown key":   {"addr: :1\naddress: :2", `no option "address"`},
		"no map":        {"- addr", "no YAML of the form"},
		"broken":        {"addr: [", "no YAML of the form"},
		"twice":         {"data_dir: /a\ndata-dir: /b", "data-dir twice"},
		"same twice":    {"addr: :1\naddr: :2", "already defined"},
		"list for one":  {"addr: [':1', ':2']", "give one"},
		"map for one":   {"addr: {host: a}", "give a value"},
		"not of a few":  {"auth: maybe", "must be one of"},
		"empty of them": {`auth: ""`, "must be one of"},
	} {
		_, err := parse(t, "--config", write(t, test.text))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, args := range [][]string{{"--config", "/nowhere"}, {"--config=/nowhere"}} {
		if _, err := parse(t, args...); err == nil || !strings.Contains(err.Error(), "/nowhere") {
			t.Errorf("%q: %v", args, err)
		}
	}
}

func TestKeysOfAnyCommandAreKnown(t *testing.T) {
	t.Parallel()
	if _, err := parse(t, "--config", write(t, "else: x")); err != nil {
		t.Error(err)
	}
	if _, err := parse(t, "--config", write(t, "")); err != nil {
		t.Errorf("an empty file: %v", err)
	}
}

func TestVariablesOfNoUse(t *testing.T) {
	t.Setenv("REELBACK_CALLBACK_AUTH", "maybe")
	if _, err := parse(t); err == nil || !strings.Contains(err.Error(), "must be one of") {
		t.Errorf("got %v", err)
	}
	t.Setenv("REELBACK_CALLBACK_AUTH", "")
	t.Setenv("REELBACK_KIE_API_KEY_FILE", "/nowhere")
	if _, err := parse(t); err == nil || !strings.Contains(err.Error(), "REELBACK_KIE_API_KEY_FILE") {
		t.Errorf("got %v", err)
	}
}

func TestDefaultsAreThoseOfAnEmptyCommandLine(t *testing.T) {
	want, err := parse(t)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("REELBACK_ADDR", ":1") // says nothing to who asks for the defaults
	t.Setenv("REELBACK_FETCH_PARALLEL", "3")
	got, err := Defaults()
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v (%v)", got, want, err)
	}
}
