package web_test

import (
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/static"
)

// What an answer of each kind is served as.
const (
	htmlType    = "text/html; charset=UTF-8"
	jsonType    = "application/json"
	problemType = "application/problem+json"
)

// visit is a request with what its answer has to be; accept is the browser's unless machine.
type visit struct {
	method, target string
	machine        bool
	status         int
	kind           string // of the answer; only its beginning is compared
	route          string // the pattern that answers; empty where none does
}

// visits asks for everything there is, in good and bad ways.
func visits(s *site) []visit {
	get, post := http.MethodGet, http.MethodPost
	sheet := "/static/" + must(staticFiles()).Name(static.Sheet)
	return []visit{
		{get, "/", false, 200, htmlType, route.Gallery},
		{get, "/?status=saved&cursor=", false, 200, htmlType, route.Gallery},
		{get, "/?status=lost", false, 400, htmlType, route.Gallery},
		{get, "/?cursor=x", false, 400, htmlType, route.Gallery},
		{get, "/tasks", false, 200, htmlType, route.Tasks},
		{get, "/tasks?q=run-1&limit=2&from=2026-11-01", false, 200, htmlType, route.Tasks},
		{get, "/tasks?limit=none", false, 400, htmlType, route.Tasks},
		{get, "/tasks?fallback=perhaps", false, 400, htmlType, route.Tasks},
		{get, "/tasks/kie/run-1", false, 200, htmlType, route.Task},
		{get, "/tasks/kie/veo-1", false, 200, htmlType, route.Task},
		{get, "/tasks/kie/veo-2", false, 200, htmlType, route.Task},
		{get, "/tasks/kie/odd-1", false, 200, htmlType, route.Task},
		{get, "/tasks/kie/nobody", false, 404, htmlType, route.Task},
		{get, "/tasks/fal/run-1", false, 404, htmlType, route.Task},
		{get, "/tasks/kie/a%2Fb%00", false, 404, htmlType, route.Task},
		{get, "/tasks/lost", false, 200, htmlType, route.Lost},
		{get, "/tasks/lost?cursor=x", false, 400, htmlType, route.Lost},
		{get, "/tasks/register", false, 200, htmlType, route.TaskRegister},
		{post, "/tasks/register", false, 422, htmlType, route.TaskRegister},
		{post, "/tasks/kie/nobody/adopt/1", false, 404, htmlType, route.TaskAdopt},
		{post, "/tasks/kie/run-1/adopt/1", true, 409, problemType, route.TaskAdopt},
		{post, "/tasks/lost/retry", false, 303, "", route.LostRetry},
		{post, "/tasks/lost/believe", false, 303, "", route.LostBelieve},
		{post, "/tasks/kie/nobody/retry", false, 404, htmlType, route.TaskRetry},
		{post, "/tasks/kie/run-1/retry", false, 303, "", route.TaskRetry},
		{post, "/tasks/kie/run-1/cover", true, 200, jsonType, route.TaskCover},
		{post, "/tasks/kie/nobody/cover", true, 404, problemType, route.TaskCover},
		{post, "/tasks/kie/run-1/cover/choose", true, 422, problemType, route.CoverChoose},
		{post, "/tasks/kie/run-1/assets/video/0/retry", false, 303, "", route.AssetRetry},
		{post, "/tasks/kie/run-1/assets/video/x/retry", false, 404, htmlType, route.AssetRetry},
		{get, "/deliveries", false, 200, htmlType, route.Deliveries},
		{get, "/deliveries?outcome=refused&source=veo3.1", false, 200, htmlType, route.Deliveries},
		{get, "/deliveries?outcome=lost", false, 400, htmlType, route.Deliveries},
		{get, "/deliveries/1", false, 200, htmlType, route.Delivery},
		{get, "/deliveries/99", false, 404, htmlType, route.Delivery},
		{get, "/deliveries/first", false, 404, htmlType, route.Delivery},
		{get, "/deliveries/loss", false, 200, htmlType, route.Loss},
		{get, "/deliveries/loss?from=2026-11-20&to=x", false, 400, htmlType, route.Loss},
		{get, "/deliveries/replay", false, 200, htmlType, route.DeliveriesReplay},
		{get, "/deliveries/replay?id=1", false, 200, htmlType, route.DeliveriesReplay},
		{get, "/deliveries/replay?ids=1", false, 400, htmlType, route.DeliveriesReplay},
		{post, "/deliveries/replay?bogus=1", false, 400, htmlType, route.DeliveriesReplay},
		{get, "/deliveries/replay?id=first", false, 400, htmlType, route.DeliveriesReplay},
		{post, "/deliveries/replay?outcome=lost", false, 400, htmlType, route.DeliveriesReplay},
		{post, "/deliveries/replay?id=1", false, 303, "", route.DeliveriesReplay},
		{get, "/deliveries/replays", false, 200, htmlType, route.Replays},
		{get, "/deliveries/replays/1", false, 200, htmlType, route.Replay},
		{get, "/deliveries/replays/99", false, 404, htmlType, route.Replay},
		{get, "/deliveries/replays/first", false, 404, htmlType, route.Replay},
		{post, "/deliveries/replays/first/undo", false, 404, htmlType, route.ReplayUndo},
		{get, "/setup", false, 200, htmlType, route.Setup},
		{post, "/setup/sources/kie/tokens", false, 303, "", route.SourceTokens},
		{post, "/setup/sources/kie/tokens", true, 400, problemType, route.SourceTokens},
		{post, "/setup/sources/kie/tokens/rotate", false, 303, "", route.SourceTokensRotate},
		{post, "/setup/sources/kie/tokens/99/revoke", false, 404, htmlType, route.SourceTokenRevoke},
		{get, "/sign-in", false, 303, "", route.SignIn}, // nobody has to
		{post, "/sign-in", false, 303, "", route.SignIn},
		{post, "/sign-out", false, 303, "", route.SignOut},
		{get, "/sign-in/oidc", false, 404, htmlType, route.OIDC},
		{get, "/sign-in/oidc/callback?code=x&state=y", false, 404, htmlType, route.OIDCCallback},
		{get, "/welcome/x", false, 404, htmlType, route.Welcome},
		{post, "/welcome/x", true, 404, problemType, route.Welcome},
		{get, "/account", false, 303, "", route.Account},
		{post, "/account/password", false, 303, "", route.AccountPassword},
		{post, "/account/sessions/1/end", false, 404, htmlType, route.AccountSession},
		{post, "/account/sessions/end-others", false, 404, htmlType, route.AccountOthers},
		{get, "/settings/audit", false, 200, htmlType, route.Audit},
		{get, "/settings/audit?who=anna&action=sign_in", false, 200, htmlType, route.Audit},
		{get, "/settings/audit?action=nothing", false, 400, htmlType, route.Audit},
		{get, "/settings", false, 200, htmlType, route.Settings},
		{get, "/settings/users", false, 200, htmlType, route.SettingsUsers},
		{get, "/settings/users?user=x&done=x", false, 200, htmlType, route.SettingsUsers},
		{post, "/settings/users", false, 403, htmlType, route.SettingsUsers},
		{post, "/settings/users", true, 403, problemType, route.SettingsUsers},
		{post, "/settings/users/99/role", false, 403, htmlType, route.SettingsUserRole},
		{post, "/settings/users/x/password", false, 403, htmlType, route.SettingsUserPassword},
		{post, "/settings/users/99/disable", true, 403, problemType, route.SettingsUserDisable},
		{post, "/settings/users/99/enable", false, 403, htmlType, route.SettingsUserEnable},
		{post, "/settings/users/99/sessions/1/end", false, 403, htmlType, route.SettingsUserSession},
		{get, "/settings/tokens", false, 200, htmlType, route.SettingsTokens},
		{post, "/settings/tokens", false, 403, htmlType, route.SettingsTokens},
		{post, "/settings/tokens", true, 403, problemType, route.SettingsTokens},
		{post, "/settings/tokens/99/remove", false, 403, htmlType, route.SettingsTokenRemove},
		{get, sheet, false, 200, "text/css", route.Static},
		{get, "/static/nothing.css", false, 404, "text/plain", route.Static},
		{get, "/static/../go.mod", false, 404, "text/plain", route.Static},
		{get, "/media/2026-11/runway_extend_run-1.mp4", false, 200, "video/mp4", route.Media},
		{get, "/media/2026-11/nobody.mp4", false, 404, htmlType, route.Media},
		{get, "/media/2026-11/nobody.mp4", true, 404, problemType, route.Media},

		{post, "/callbacks/veo3.1", true, 401, problemType, route.Callback},
		{post, "/callbacks/veo3.1/x", true, 401, problemType, route.CallbackToken},
		{post, "/callbacks/nobody/x", false, 404, problemType, route.CallbackToken},
		{post, "/runway-extend-callback", true, 401, problemType, route.SampleRunway},
		{post, "/veo3-1-callback?token=x", true, 401, problemType, route.SampleVeo},
		{post, s.callback("veo3.1"), true, 400, problemType, route.CallbackToken},

		{get, "/api/v1/tasks", true, 200, jsonType, route.APITasks},
		{get, "/api/v1/tasks?status=lost", false, 400, problemType, route.APITasks},
		{get, "/api/v1/tasks?from=yesterday", true, 400, problemType, route.APITasks},
		{get, "/api/v1/tasks?limit=0", true, 400, problemType, route.APITasks},
		{get, "/api/v1/tasks?limit=-1", true, 400, problemType, route.APITasks},
		{get, "/api/v1/tasks?limit=99999999999999999999", true, 200, jsonType, route.APITasks},
		{get, "/api/v1/tasks?limit=-99999999999999999999", true, 400, problemType, route.APITasks},
		{get, "/api/v1/tasks?cursor=%00", true, 400, problemType, route.APITasks},
		{post, "/api/v1/tasks", true, 401, problemType, route.APITasks},
		{get, "/api/v1/tasks/kie/run-1", true, 200, jsonType, route.APITask},
		{get, "/api/v1/tasks/kie/nobody", false, 404, problemType, route.APITask},
		{get, "/api/v1/tasks/kie/run-1/events", true, 200, jsonType, route.APITaskEvents},
		{get, "/api/v1/tasks/kie/nobody/events", true, 404, problemType, route.APITaskEvents},
		{get, "/api/v1/tasks/kie/run-1/attempts", true, 200, jsonType, route.APIAttempts},
		{get, "/api/v1/tasks/kie/nobody/attempts", true, 404, problemType, route.APIAttempts},
		{get, "/api/v1/deliveries", true, 200, jsonType, route.APIDeliveries},
		{get, "/api/v1/deliveries?to=x", true, 400, problemType, route.APIDeliveries},
		{get, "/api/v1/deliveries/1", true, 200, jsonType, route.APIDelivery},
		{get, "/api/v1/deliveries/99", false, 404, problemType, route.APIDelivery},
		{get, "/api/v1/deliveries/-1", true, 404, problemType, route.APIDelivery},
		{get, "/healthz", false, 200, jsonType, route.Health},
		{get, "/readyz", true, 200, jsonType, route.Ready},
		{get, "/metrics", true, 200, "text/plain", route.Metrics},

		{get, "/nothing", false, 404, htmlType, ""},
		{get, "/nothing", true, 404, problemType, ""},
		{get, "/api/v1/nothing", false, 404, problemType, ""},
		{get, "/callbacks/", false, 404, problemType, ""},
		{get, "/%00", false, 404, htmlType, ""},
		{get, "//evil.example.com/tasks", false, 404, htmlType, ""},
	}
}

// TestEveryRouteAnswers makes every visit, and finds that no route was left out.
func TestEveryRouteAnswers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	visited := map[string]bool{http.MethodGet + " " + route.Live: true} // in live_test.go
	for _, v := range visits(s) {
		accept := browser
		if v.machine {
			accept = "Accept: */*"
		}
		w := s.ask(v.method, v.target, "", accept)
		kind := w.Header().Get("Content-Type")
		if w.Code != v.status || !strings.HasPrefix(kind, v.kind) {
			t.Errorf("%s %s (machine: %t): %d %s, want %d %s", v.method, v.target, v.machine,
				w.Code, kind, v.status, v.kind)
		}
		checkSecured(t, v, w.Header())
		visited[v.method+" "+v.route] = true
		if v.method != http.MethodGet {
			continue
		}
		head := s.ask(http.MethodHead, v.target, "", accept)
		if head.Code != w.Code || head.Header().Get("Content-Type") != kind {
			t.Errorf("HEAD %s: %d %s, but GET: %d %s", v.target, head.Code,
				head.Header().Get("Content-Type"), w.Code, kind)
		}
	}
	for _, r := range s.server.Routes() {
		if r.Method != http.MethodHead && !visited[r.Method+" "+r.Path] {
			t.Errorf("%s %s was never asked for", r.Method, r.Path)
		}
	}
}

// forProviders are the addresses whose answers are JSON for a provider, and no document.
var forProviders = regexp.MustCompile(`^/callbacks/[^/]+(/[^/]+)?$|^/[a-z0-9-]+-callback$`)

// checkSecured looks for the headers that no answer may lack, and for those of documents.
func checkSecured(t *testing.T, v visit, h http.Header) {
	t.Helper()
	policy := h.Get("Content-Security-Policy")
	if policy == "" || strings.Contains(policy, "unsafe") ||
		!strings.Contains(policy, "default-src 'none'") {
		t.Errorf("%s %s: Content-Security-Policy %q", v.method, v.target, policy)
	}
	want := map[string]string{
		"X-Content-Type-Options":       "nosniff",
		"Cross-Origin-Resource-Policy": "same-origin",
	}
	if path, _, _ := strings.Cut(v.target, "?"); !forProviders.MatchString(path) {
		maps.Copy(want, map[string]string{
			"X-Frame-Options":            "DENY",
			"Referrer-Policy":            "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin",
			"Permissions-Policy":         "camera=(), microphone=(), geolocation=(), payment=()",
		})
	}
	for name, want := range want {
		if got := h.Get(name); got != want {
			t.Errorf("%s %s: %s is %q, want %q", v.method, v.target, name, got, want)
		}
	}
	if h.Get("X-Request-Id") == "" {
		t.Errorf("%s %s: no request id", v.method, v.target)
	}
}

func TestOtherMethodsAreToldWhatIsAllowed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	for _, v := range []struct{ method, target, allow string }{
		{http.MethodGet, "/callbacks/veo3.1/x", "OPTIONS, POST"},
		{http.MethodGet, "/veo3-1-callback", "OPTIONS, POST"},
		{http.MethodPut, "/callbacks/veo3.1/x", "OPTIONS, POST"},
		{http.MethodDelete, "/tasks", "OPTIONS, GET, HEAD"},
		{http.MethodPost, "/", "OPTIONS, GET, HEAD"},
		{http.MethodPost, "/media/x.mp4", "OPTIONS, GET, HEAD"},
		{http.MethodGet, "/tasks/kie/run-1/retry", "OPTIONS, POST"},
		{http.MethodPatch, "/api/v1/tasks/kie/run-1", "OPTIONS, GET, HEAD"},
		{http.MethodPost, "/live", "OPTIONS, GET"},
	} {
		w := s.ask(v.method, v.target, "{}")
		if got := w.Header().Get("Allow"); w.Code != 405 || !sameWords(got, v.allow) {
			t.Errorf("%s %s: %d, Allow %q, want 405 and %q", v.method, v.target, w.Code, got, v.allow)
		}
		if kind := w.Header().Get("Content-Type"); kind != problemType {
			t.Errorf("%s %s: %s", v.method, v.target, kind)
		}
	}
}

func sameWords(a, b string) bool {
	split := func(text string) map[string]bool {
		words := make(map[string]bool)
		for word := range strings.SplitSeq(text, ", ") {
			words[word] = true
		}
		return words
	}
	left, right := split(a), split(b)
	if len(left) != len(right) {
		return false
	}
	for word := range left {
		if !right[word] {
			return false
		}
	}
	return true
}

// TestMetricsNameRoutesOnly asks by addresses that hold secrets or have no bound.
func TestMetricsNameRoutesOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	s.ask("PURGE", "/nothing/of/the/kind", "")
	s.ask(http.MethodPost, "/callbacks/veo3.1/guessed", "{}")
	text := s.get("/metrics")
	for _, want := range []string{
		`reelback_http_requests_total{method="POST",route="/callbacks/:source/:token",status="200"} 4`,
		`method="other"`, `reelback_callback_answer_seconds_count`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	for _, secret := range []string{s.tokens["veo3.1"], "guessed", "of/the/kind", "PURGE"} {
		if strings.Contains(text, secret) {
			t.Errorf("the metrics hold %q", secret)
		}
		if secret != "PURGE" && strings.Contains(s.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}
