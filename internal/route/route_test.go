package route

import (
	"net/url"
	"reflect"
	"strings"
	"testing"
)

func TestNew(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]Links{
		"":                                {},
		"https://v.example.com":           {origin: "https://v.example.com"},
		"https://v.example.com/":          {origin: "https://v.example.com"},
		"http://localhost:8080/x/y/":      {origin: "http://localhost:8080", base: "/x/y"},
		"https://v.example.com//":         {origin: "https://v.example.com"},
		"https://v.example.com/a%20b/%E8": {origin: "https://v.example.com", base: "/a%20b/%E8"},
		"https://v.example.com/视频":        {origin: "https://v.example.com", base: "/%E8%A7%86%E9%A2%91"},
		"v.example.com/x":                 {},
		"http://[":                        {},
		"/x":                              {},
		"https:///x":                      {},
	} {
		want.public = want.origin != ""
		if got := New(address); got != want {
			t.Errorf("%q: %+v, want %+v", address, got, want)
		}
	}
}

// every calls each function that makes a link, by name.
func every(l Links, text string) map[string]string {
	q := url.Values{"q": {text}}
	return map[string]string{
		"Gallery": l.Gallery(q), "Tasks": l.Tasks(q), "Task": l.Task(text, text),
		"TaskAdopt": l.TaskAdopt(text, text, 7), "TaskCover": l.TaskCover(text, text),
		"CoverChoose": l.CoverChoose(text, text),
		"TaskRetry":   l.TaskRetry(text, text), "AssetRetry": l.AssetRetry(text, text, text, 7),
		"Deliveries": l.Deliveries(q), "Delivery": l.Delivery(7), "Setup": l.Setup(),
		"Loss":             l.Loss(q),
		"Lost":             l.Lost(q),
		"LostRetry":        l.LostRetry(),
		"LostBelieve":      l.LostBelieve(),
		"DeliveriesReplay": l.DeliveriesReplay(q), "Replays": l.Replays(),
		"ReplaysBusy": l.ReplaysBusy(), "Replay": l.Replay(7),
		"ReplayUndo": l.ReplayUndo(7), "Live": l.Live(), "Media": l.Media(text),
		"Static": l.Static(text), "TaskRegister": l.TaskRegister(),
		"Callback": l.Callback(text, text), "APITask": l.APITask(text, text), "Here": l.Here("/a", q),
		"SetupSource": l.SetupSource(text, text), "SourceTokens": l.SourceTokens(text),
		"SourceTokensRotate": l.SourceTokensRotate(text),
		"SourceTokenRevoke":  l.SourceTokenRevoke(text, 7),
		"SignIn":             l.SignIn("", text), "SignOut": l.SignOut(), "Welcome": l.Welcome(text),
		"Account": l.Account(), "AccountPassword": l.AccountPassword(),
		"AccountDone": l.AccountDone(text), "AccountOthers": l.AccountOthers(),
		"AccountSession": l.AccountSession(7), "Audit": l.Audit(q), "Local": l.Local("//" + text),
		"Settings": l.Settings(), "SettingsUsers": l.SettingsUsers(),
		"SettingsUserDone": l.SettingsUserDone(7, text), "SettingsUserRole": l.SettingsUserRole(7),
		"SettingsUserPassword": l.SettingsUserPassword(7),
		"SettingsUserDisable":  l.SettingsUserDisable(7),
		"SettingsUserEnable":   l.SettingsUserEnable(7),
		"SettingsUserSession":  l.SettingsUserSession(7, 8),
		"SettingsTokens":       l.SettingsTokens(), "SettingsTokenRemove": l.SettingsTokenRemove(7),
		"OIDC": l.OIDC("/" + text), "OIDCCallback": l.OIDCCallback(),
	}
}

func TestTheTestKnowsEveryLink(t *testing.T) {
	t.Parallel()
	known := every(Links{}, "a")
	about := reflect.TypeFor[Links]()
	for i := range about.NumMethod() {
		name := about.Method(i).Name
		switch name {
		case "Base", "WithOrigin", "WithDoor", "Absolute", "CallbackAddress", "Secure":
		default:
			if _, ok := known[name]; !ok {
				t.Errorf("%s is not tested", name)
			}
		}
	}
}

func TestBasePathIsInEveryLink(t *testing.T) {
	t.Parallel()
	plain := every(New(""), "a")
	for name, link := range every(New("https://v.example.com/x/y"), "a") {
		if link != "/x/y"+plain[name] {
			t.Errorf("%s: %s below /x/y, %s without", name, link, plain[name])
		}
		if !strings.HasPrefix(plain[name], "/") || strings.HasPrefix(plain[name], "//") {
			t.Errorf("%s: %s", name, plain[name])
		}
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	l := New("https://v.example.com/x")
	for got, want := range map[string]string{
		l.Gallery(nil):                              "/x/",
		l.Gallery(url.Values{"q": {"a b&c"}}):       "/x/?q=a+b%26c",
		l.Tasks(url.Values{"b": {"2"}, "a": {"1"}}): "/x/tasks?a=1&b=2",
		l.Task("kie", "ee9c"):                       "/x/tasks/kie/ee9c",
		l.TaskRetry("kie", "ee9c"):                  "/x/tasks/kie/ee9c/retry",
		l.AssetRetry("kie", "ee9c", "video", 2):     "/x/tasks/kie/ee9c/assets/video/2/retry",
		l.Deliveries(url.Values{}):                  "/x/deliveries",
		l.Delivery(12):                              "/x/deliveries/12",
		l.DeliveriesReplay(nil):                     "/x/deliveries/replay",
		l.Replays():                                 "/x/deliveries/replays",
		l.Replay(3):                                 "/x/deliveries/replays/3",
		l.ReplayUndo(3):                             "/x/deliveries/replays/3/undo",
		l.Setup():                                   "/x/setup",
		l.Live():                                    "/x/live",
		l.Media("2026-03/a b.mp4"):                  "/x/media/2026-03/a%20b.mp4",
		l.Static("css/base.0a1b.css"):               "/x/static/css/base.0a1b.css",
		l.Callback("veo3.1", "AbC-_"):               "/x/callbacks/veo3.1/AbC-_",
		l.Callback("veo3.1", ""):                    "/x/callbacks/veo3.1",
		l.APITask("kie", "ee9c"):                    "/x/api/v1/tasks/kie/ee9c",
		l.Here("/tasks", nil):                       "/x/tasks",
		l.SetupSource("veo3.1", ""):                 "/x/setup?source=veo3.1#source-veo3.1",
		l.SetupSource("kie", "name"):                "/x/setup?problem=name&source=kie#source-kie",
		l.SourceTokens("veo3.1"):                    "/x/setup/sources/veo3.1/tokens",
		l.SourceTokensRotate("a/b"):                 "/x/setup/sources/a%2Fb/tokens/rotate",
		l.SourceTokenRevoke("kie", 12):              "/x/setup/sources/kie/tokens/12/revoke",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestIdsComeBackAsTheyWere builds links with awkward ids and takes them apart again.
func TestIdsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"a/b", "a b", "a+b", "a%2Fb", "a?b=c", "a#b", "视频", "é", "a:b", ":id",
		`a\b`, `"><script>`, "a;b", "a//b", "\x00\x1f", "a.b", "~a-_"} {
		for name, link := range map[string]string{
			"task": New("").Task("kie", id), "retry": New("").TaskRetry("kie", id),
			"callback": New("").Callback("kie", id), "API": New("").APITask("kie", id),
		} {
			u, err := url.Parse(link)
			if err != nil || u.RawQuery != "" || u.Fragment != "" {
				t.Errorf("%s of %q: %s, %v", name, id, link, err)
				continue
			}
			parts := strings.Split(strings.TrimSuffix(u.EscapedPath(), "/retry"), "/")
			got, err := url.PathUnescape(parts[len(parts)-1])
			if err != nil || got != id {
				t.Errorf("%s of %q came back as %q from %s", name, id, got, link)
			}
			if strings.ContainsAny(link, "\"'<> \x00\\") {
				t.Errorf("%s of %q is %q", name, id, link)
			}
		}
	}
}

func TestMediaKeepsItsFolders(t *testing.T) {
	t.Parallel()
	got := New("").Media("2026-03/视 频?.mp4")
	if want := "/media/2026-03/%E8%A7%86%20%E9%A2%91%3F.mp4"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAbsolute(t *testing.T) {
	t.Parallel()
	public, local := New("https://v.example.com/x"), New("")
	for got, want := range map[string]string{
		public.Absolute(public.Callback("kie", "a")): "https://v.example.com/x/callbacks/kie/a",
		local.Absolute(local.Callback("kie", "a")):   "/callbacks/kie/a",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	known := local.WithOrigin("http://localhost:8080")
	if got := known.Absolute(known.Setup()); got != "http://localhost:8080/setup" {
		t.Errorf("got %s", got)
	}
	if got := public.WithOrigin("http://localhost:8080"); got != public {
		t.Errorf("the public address gave way: %+v", got)
	}
	if got := local.Absolute(local.Setup()); got != "/setup" {
		t.Errorf("WithOrigin changed its receiver: %s", got)
	}
}

// TestPatternsAreWhatLinksAreBuiltFrom fills every pattern by hand.
func TestPatternsAreWhatLinksAreBuiltFrom(t *testing.T) {
	t.Parallel()
	l := Links{}
	fill := strings.NewReplacer(":provider", "p", ":id", "5", ":role", "r", ":index", "3",
		":delivery", "3",
		":source", "s", ":token", "t", "*", "f")
	for pattern, link := range map[string]string{
		Gallery: l.Gallery(nil), Tasks: l.Tasks(nil), Task: l.Task("p", "5"),
		TaskAdopt: l.TaskAdopt("p", "5", 3),
		TaskCover: l.TaskCover("p", "5"), CoverChoose: l.CoverChoose("p", "5"),
		TaskRetry: l.TaskRetry("p", "5"), AssetRetry: l.AssetRetry("p", "5", "r", 3),
		Deliveries: l.Deliveries(nil), Delivery: l.Delivery(5), Setup: l.Setup(), Live: l.Live(),
		Media: l.Media("f"), Static: l.Static("f"), Callback: l.Callback("s", ""),
		CallbackToken: l.Callback("s", "t"), APITask: l.APITask("p", "5"),
	} {
		if got := fill.Replace(pattern); got != link {
			t.Errorf("%s: the link is %s", pattern, link)
		}
	}
}

// TestPathsThatOthersRelyOn holds the paths that are known outside this program.
func TestPathsThatOthersRelyOn(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		Callback: "/callbacks/:source", CallbackToken: "/callbacks/:source/:token",
		SampleRunway: "/runway-extend-callback", SampleVeo: "/veo3-1-callback",
		APITasks: "/api/v1/tasks", APITask: "/api/v1/tasks/:provider/:id",
		APITaskEvents: "/api/v1/tasks/:provider/:id/events",
		APIAttempts:   "/api/v1/tasks/:provider/:id/attempts",
		APIDeliveries: "/api/v1/deliveries", APIDelivery: "/api/v1/deliveries/:id",
		Health: "/healthz", Ready: "/readyz", Metrics: "/metrics", Media: "/media/*",
	} {
		if got != want {
			t.Errorf("%s became %s", want, got)
		}
	}
}
