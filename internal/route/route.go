// Package route knows every URL of the program: the patterns the server listens on and the
// functions that build links from them. Nothing else may put a path together, so that the base
// path of --public-url is in every link and a wrong link does not compile.
package route

import (
	"net/url"
	"strconv"
	"strings"
)

// The patterns of the program, in Echo's notation and without the base path.
const (
	Gallery      = "/"
	Tasks        = "/tasks"
	Task         = "/tasks/:provider/:id"
	TaskRegister = "/tasks/register"
	Lost         = "/tasks/lost"
	LostRetry    = "/tasks/lost/retry"
	LostBelieve  = "/tasks/lost/believe"
	TaskRetry    = "/tasks/:provider/:id/retry"
	AssetRetry   = "/tasks/:provider/:id/assets/:role/:index/retry"
	TaskAdopt    = "/tasks/:provider/:id/adopt/:delivery"
	TaskCover    = "/tasks/:provider/:id/cover"
	CoverChoose  = "/tasks/:provider/:id/cover/choose"
	Deliveries   = "/deliveries"
	Delivery     = "/deliveries/:id"
	Loss         = "/deliveries/loss"
	Setup        = "/setup"
	Live         = "/live"
	Media        = "/media/*"
	Static       = "/static/*"

	Callback       = "/callbacks/:source"
	CallbackToken  = "/callbacks/:source/:token"
	SampleRunway   = "/runway-extend-callback" // the path of the provider's sample receiver
	SampleVeo      = "/veo3-1-callback"        // the same for Veo
	APITasks       = "/api/v1/tasks"
	APITask        = "/api/v1/tasks/:provider/:id"
	APITaskEvents  = "/api/v1/tasks/:provider/:id/events"
	APIAttempts    = "/api/v1/tasks/:provider/:id/attempts"
	APIDeliveries  = "/api/v1/deliveries"
	APIDelivery    = "/api/v1/deliveries/:id"
	Health         = "/healthz"
	Ready          = "/readyz"
	Metrics        = "/metrics"
	callbackPrefix = "/callbacks/"
)

// What is posted about the tokens of a source.
const (
	SourceTokens       = "/setup/sources/:source/tokens"
	SourceTokensRotate = "/setup/sources/:source/tokens/rotate"
	SourceTokenRevoke  = "/setup/sources/:source/tokens/:id/revoke"
)

// Links builds links for one public address.
type Links struct {
	origin string // "https://videos.example.com"; empty when unknown
	base   string // "/x/y" or empty
	public bool   // the origin is the public address
	door   string // listening address for senders; empty where they have none of their own
}

// New returns the links below publicURL, "https://host/x/y". An empty or unusable address gives
// links from the root of whatever host the page is read on.
func New(publicURL string) Links {
	u, err := url.Parse(publicURL)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return Links{}
	}
	return Links{
		origin: u.Scheme + "://" + u.Host,
		base:   strings.TrimRight(u.EscapedPath(), "/"),
		public: true,
	}
}

// Base returns the path all links begin with, "" or "/x/y".
func (l Links) Base() string { return l.base }

// WithOrigin returns the links with another scheme and host, "http://localhost:8080", unless a
// public address has already given them.
func (l Links) WithOrigin(origin string) Links {
	if l.origin == "" {
		l.origin = origin
	}
	return l
}

// Absolute returns the link with scheme and host, for use outside a page.
func (l Links) Absolute(link string) string { return l.origin + link }

// Gallery links to the gallery with the given query.
func (l Links) Gallery(q url.Values) string { return l.with(Gallery, q) }

// Tasks links to the task table with the given query.
func (l Links) Tasks(q url.Values) string { return l.with(Tasks, q) }

// Task links to the page of one task.
func (l Links) Task(provider, id string) string {
	return l.fill(Task, ":provider", provider, ":id", id)
}

// TaskRegister links to the form that tells of submitted tasks, and is where it is posted.
func (l Links) TaskRegister() string { return l.base + TaskRegister }

// Lost links to the files that were lost, with the given query.
func (l Links) Lost(q url.Values) string { return l.with(Lost, q) }

// LostRetry is where a retry of lost files is posted.
func (l Links) LostRetry() string { return l.base + LostRetry }

// LostBelieve is where it is posted that files which are away do not come back.
func (l Links) LostBelieve() string { return l.base + LostBelieve }

// TaskRetry is where a retry of every unsaved asset of a task is posted.
func (l Links) TaskRetry(provider, id string) string {
	return l.fill(TaskRetry, ":provider", provider, ":id", id)
}

// AssetRetry is where a retry of one asset is posted.
func (l Links) AssetRetry(provider, id, role string, index int) string {
	return l.fill(AssetRetry, ":provider", provider, ":id", id, ":role", role,
		":index", strconv.Itoa(index))
}

// TaskAdopt is where it is posted that a task be saved from the links of a delivery.
func (l Links) TaskAdopt(provider, id string, delivery int64) string {
	return l.fill(TaskAdopt, ":provider", provider, ":id", id, ":delivery",
		strconv.FormatInt(delivery, 10))
}

// Deliveries links to the list of deliveries with the given query.
func (l Links) Deliveries(q url.Values) string { return l.with(Deliveries, q) }

// Delivery links to the page of one delivery.
func (l Links) Delivery(id int64) string {
	return l.fill(Delivery, ":id", strconv.FormatInt(id, 10))
}

// Loss links to what is known of lost callbacks, with the given query.
func (l Links) Loss(q url.Values) string { return l.with(Loss, q) }

// Setup links to the first-run page.
func (l Links) Setup() string { return l.base + Setup }

// SetupSource links to one source on that page, with its tokens in sight. Problem is the key of
// why they were not changed, empty where they were.
func (l Links) SetupSource(source, problem string) string {
	q := url.Values{"source": {source}}
	if problem != "" {
		q.Set("problem", problem)
	}
	return l.with(Setup, q) + "#source-" + url.PathEscape(source)
}

// SourceTokens is where a new token of a source is asked for.
func (l Links) SourceTokens(source string) string {
	return l.fill(SourceTokens, ":source", source)
}

// SourceTokensRotate is where the tokens of a source are replaced by a new one.
func (l Links) SourceTokensRotate(source string) string {
	return l.fill(SourceTokensRotate, ":source", source)
}

// SourceTokenRevoke is where a token is made invalid.
func (l Links) SourceTokenRevoke(source string, id int64) string {
	return l.fill(SourceTokenRevoke, ":source", source, ":id", strconv.FormatInt(id, 10))
}

// Live is the event stream that tells what changed.
func (l Links) Live() string { return l.base + Live }

// Media links to a saved file by its path below the media folder.
func (l Links) Media(path string) string {
	return l.base + strings.TrimSuffix(Media, "*") + escapePath(path)
}

// Static links to an embedded file by its served name.
func (l Links) Static(name string) string {
	return l.base + strings.TrimSuffix(Static, "*") + escapePath(name)
}

// Callback is the path a provider posts to. An empty token gives the path for open sources.
func (l Links) Callback(source, token string) string {
	path := l.base + callbackPrefix + url.PathEscape(source)
	if token != "" {
		path += "/" + url.PathEscape(token)
	}
	return path
}

// APITask links to the JSON of one task.
func (l Links) APITask(provider, id string) string {
	return l.fill(APITask, ":provider", provider, ":id", id)
}

// Here links to a path of this program as a request named it, with the given query: the link a
// page uses for itself.
func (l Links) Here(path string, q url.Values) string { return l.with(path, q) }

func (l Links) with(path string, q url.Values) string {
	if len(q) == 0 {
		return l.base + path
	}
	return l.base + path + "?" + q.Encode()
}

func (l Links) fill(pattern string, pairs ...string) string {
	parts := strings.Split(pattern, "/")
	for i, part := range parts {
		for p := 0; p < len(pairs); p += 2 {
			if part == pairs[p] {
				parts[i] = url.PathEscape(pairs[p+1])
			}
		}
	}
	return l.base + strings.Join(parts, "/")
}

func escapePath(path string) string {
	parts := strings.Split(path, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/")
}
