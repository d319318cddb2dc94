// Package config holds the options of the server. Each is a flag, a REELBACK_* variable and a
// key of the --config file; the earlier of these wins over the later. It decides nothing: app
// does, with the values given here.
package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"time"
)

// Config are the options of `reelback serve`. The tags are kong's; flags, variables and keys
// take their names from them, and those of a group stand together.
type Config struct {
	Addr         string   `help:"Address to listen on." default:":8080" env:"REELBACK_ADDR" group:"serving"`
	PublicURL    string   `help:"Address under which the world reaches this server, with its path if it has one." env:"REELBACK_PUBLIC_URL" placeholder:"https://videos.example.com" group:"serving"`
	PublicAddr   string   `help:"Second address to listen on, for strangers: only callbacks, health and static files; everything else is 404." env:"REELBACK_PUBLIC_ADDR" placeholder:":8081" group:"serving"`
	TrustProxies []string `help:"Networks of the reverse proxies whose X-Forwarded-For, -Proto, -Host and Forwarded headers are believed; nobody else's are." name:"trusted-proxies" env:"REELBACK_TRUSTED_PROXIES" placeholder:"CIDR" group:"serving"`

	Auth          string `help:"Who may use the pages and the API: password (who signs in) or none (everybody who reaches the address)." default:"password" enum:"password,none" env:"REELBACK_AUTH" group:"access"`
	AdminUser     string `help:"Name of an admin that is there from the start; needs --admin-password." env:"REELBACK_ADMIN_USER" placeholder:"NAME" group:"access"`
	AdminPassword string `help:"Password of that admin, set at every start." env:"REELBACK_ADMIN_PASSWORD" secret:"" placeholder:"PASSWORD" group:"access"`

	OIDCIssuer    string   `help:"Address of an OpenID Connect provider at which people can sign in; needs --public-url." name:"oidc-issuer" env:"REELBACK_OIDC_ISSUER" placeholder:"https://id.example.com" group:"elsewhere"`
	OIDCClientID  string   `help:"Name under which that provider knows this server." name:"oidc-client-id" env:"REELBACK_OIDC_CLIENT_ID" placeholder:"ID" group:"elsewhere"`
	OIDCSecret    string   `help:"Secret that goes with it; empty for a public client." name:"oidc-client-secret" env:"REELBACK_OIDC_CLIENT_SECRET" secret:"" placeholder:"SECRET" group:"elsewhere"`
	OIDCRoleClaim string   `help:"Claim that names the role, viewer, operator or admin, alone or in a list; dots lead into objects." name:"oidc-role-claim" default:"reelback_role" env:"REELBACK_OIDC_ROLE_CLAIM" group:"elsewhere"`
	OIDCName      string   `help:"Name of the provider on the page for signing in; empty is the host of its address." name:"oidc-name" env:"REELBACK_OIDC_NAME" placeholder:"NAME" group:"elsewhere"`
	OIDCScopes    []string `help:"Scopes that are asked of the provider besides openid, profile and email, such as groups." name:"oidc-scopes" env:"REELBACK_OIDC_SCOPES" placeholder:"SCOPE" group:"elsewhere"`
	OIDCOnly      bool     `help:"Let people sign in at that provider only: no password is taken." name:"oidc-only" default:"false" env:"REELBACK_OIDC_ONLY" group:"elsewhere"`
	AuthHeader    string   `help:"Header in which a trusted proxy says who is signed in, such as Remote-User; needs --trusted-proxies." name:"auth-header" env:"REELBACK_AUTH_HEADER" placeholder:"HEADER" group:"elsewhere"`
	AuthRole      string   `help:"Role of those whom the proxy names, where it says none." name:"auth-header-role" default:"viewer" enum:"viewer,operator,admin" env:"REELBACK_AUTH_HEADER_ROLE" group:"elsewhere"`
	AuthRoleFrom  string   `help:"Header in which the proxy names the role, alone or in a list with commas." name:"auth-header-role-header" env:"REELBACK_AUTH_HEADER_ROLE_HEADER" placeholder:"HEADER" group:"elsewhere"`

	CallbackAuth  string        `help:"Whether callbacks need the secret token of their source (token) or not (open)." default:"token" enum:"token,open" env:"REELBACK_CALLBACK_AUTH" group:"callbacks"`
	KieHMACKey    []string      `help:"Key with which kie.ai signs callbacks; repeat it while rotating. Callbacks without a valid signature are refused then." name:"kie-hmac-key" sep:"none" env:"REELBACK_KIE_HMAC_KEY" secret:"" placeholder:"KEY" group:"callbacks"`
	KieHMACWindow time.Duration `help:"How far the time of a signature may be from now." name:"kie-hmac-window" default:"30m" env:"REELBACK_KIE_HMAC_WINDOW" group:"callbacks"`

	KieAPIKey  string        `help:"Key for asking kie.ai about tasks." name:"kie-api-key" env:"REELBACK_KIE_API_KEY" secret:"" placeholder:"KEY" group:"provider"`
	KieBaseURL string        `help:"Address of kie.ai's API." name:"kie-base-url" default:"https://api.kie.ai" env:"REELBACK_KIE_BASE_URL" group:"provider"`
	AskAfter   time.Duration `help:"How long a task may be silent before the provider is asked; needs a key." default:"2m" env:"REELBACK_ASK_AFTER" group:"provider"`

	FetchAllow    []string `help:"Networks that files may be fetched from although they are not public, on any port." env:"REELBACK_FETCH_ALLOW" placeholder:"CIDR" group:"fetching"`
	FetchProxy    string   `help:"HTTP proxy through which files are fetched, by CONNECT to checked addresses. HTTP_PROXY and its like are not looked at." env:"REELBACK_FETCH_PROXY" secret:"" placeholder:"http://proxy:3128" group:"fetching"`
	FetchParallel int      `help:"How many files are fetched at a time." default:"8" env:"REELBACK_FETCH_PARALLEL" group:"fetching"`
	FetchPerHost  int      `help:"How many of them from one server." default:"4" env:"REELBACK_FETCH_PER_HOST" group:"fetching"`
	FetchMaxSize  Size     `help:"Largest file that is saved." default:"16GiB" env:"REELBACK_FETCH_MAX_SIZE" group:"fetching"`
	FFmpeg        string   `help:"Program that makes covers where the provider sends none: a name on the PATH, or its place. Without it, or with none, the browser of the first operator who sees the video does." name:"ffmpeg" default:"ffmpeg" env:"REELBACK_FFMPEG" group:"fetching"`

	DataDir     string `help:"Folder for the database and the saved files." default:"./data" env:"REELBACK_DATA_DIR" type:"path" group:"storage"`
	DiskReserve Size   `help:"Room on the disk below which no file is begun and those under way stop; empty is 2GiB or a twentieth of the disk, whichever is smaller." env:"REELBACK_DISK_RESERVE" placeholder:"SIZE" group:"storage"`
	Database    string `help:"Database; empty is the SQLite file in the data folder." env:"REELBACK_DATABASE" secret:"" group:"storage"`
	Media       string `help:"Where saved files go; empty is the folder in the data folder." env:"REELBACK_MEDIA" group:"storage"`

	LogFormat string `help:"Form of the log: text or json." default:"text" enum:"text,json" env:"REELBACK_LOG_FORMAT" group:"logging"`
	LogLevel  string `help:"Least level that is logged: debug, info, warn or error." default:"info" enum:"debug,info,warn,error" env:"REELBACK_LOG_LEVEL" group:"logging"`

	// Given tells people where each of the above came from. Nothing else depends on it.
	Given []Option `kong:"-"`
}

// Validate reports everything that is wrong with the values, with what to do about it.
func (c *Config) Validate() error {
	var errs []error
	if c.Addr == "" {
		errs = append(errs, errors.New("--addr is empty: give an address such as :8080"))
	}
	if c.DataDir == "" {
		errs = append(errs, errors.New("--data-dir is empty: give a folder such as ./data"))
	}
	if c.PublicURL != "" {
		errs = append(errs, checkWeb("--public-url", c.PublicURL))
	}
	if c.PublicAddr != "" && c.PublicAddr == c.Addr && !strings.HasSuffix(c.Addr, ":0") {
		errs = append(errs, errors.New("--public-addr is the same as --addr: give another one, such as "+
			":8081, or leave it out"))
	}
	errs = append(errs, checkWeb("--kie-base-url", c.KieBaseURL))
	if c.KieHMACWindow < 0 {
		errs = append(errs, errors.New("--kie-hmac-window is negative: the provider tries again "+
			"for some 21 minutes, so give at least 30m"))
	}
	if c.AskAfter < 0 {
		errs = append(errs, errors.New("--ask-after is negative: give a duration such as 2m"))
	}
	errs = append(errs, c.checkFetch())
	if _, err := c.Proxies(); err != nil {
		errs = append(errs, err)
	}
	if c.Database != "" {
		errs = append(errs, errors.New(
			"--database: only the SQLite file in the data folder is supported so far, leave it empty"))
	}
	if c.Media != "" {
		errs = append(errs, errors.New(
			"--media: only the folder in the data folder is supported so far, leave it empty"))
	}
	for _, key := range c.KieHMACKey {
		if strings.TrimSpace(key) == "" {
			errs = append(errs, errors.New("--kie-hmac-key has an empty key: remove it"))
		}
	}
	return errors.Join(errs...)
}

func checkWeb(flag, value string) error {
	u, err := url.Parse(value)
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" &&
		u.RawQuery == "" && u.Fragment == "" && u.User == nil {
		return nil
	}
	if strings.Contains(value, "@") {
		value = "…" // what stands before it may be a password
	}
	return fmt.Errorf("%s %q is no web address: "+
		"give one such as https://videos.example.com/reelback", flag, value)
}

// Allowed returns the networks of --fetch-allow. A bare address is a network of one.
func (c *Config) Allowed() ([]netip.Prefix, error) { return networks("--fetch-allow", c.FetchAllow) }

// DatabasePath is the SQLite file.
func (c *Config) DatabasePath() string { return filepath.Join(c.DataDir, "reelback.db") }

// MediaDir is the folder of saved files.
func (c *Config) MediaDir() string { return filepath.Join(c.DataDir, "media") }

// LockPath is the file that one running server holds.
func (c *Config) LockPath() string { return filepath.Join(c.DataDir, "reelback.lock") }
