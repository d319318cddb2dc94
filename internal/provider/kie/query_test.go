package kie

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

const uuid = "ee603959-debb-48d1-98c4-a6d1c717eba6"

func TestQuery_asksTheProductsEndpoint(t *testing.T) {
	t.Parallel()
	for product, want := range map[string]string{
		Runway:       "GET /api/v1/runway/record-detail?taskId=x",
		RunwayExtend: "GET /api/v1/runway/record-detail?taskId=x",
		Aleph:        "GET /api/v1/aleph/record-info?taskId=x",
		Veo:          "GET /api/v1/veo/record-info?taskId=x",
		Market:       "GET /api/v1/jobs/recordInfo?taskId=x",
		Luma:         "GET /api/v1/modify/record-info?taskId=x",
	} {
		client, asked := scripted(Options{}, reply{body: okRecord("x")})
		r, err := client.Query(t.Context(), product, "x")
		if err != nil || r.Report.Product != product || len(asked.asked) != 1 ||
			asked.asked[0] != want {
			t.Errorf("%s: asked %v and got %+v, %v", product, asked.asked, r.Report, err)
		}
	}
}

func TestQuery_searchesForATaskOfAnUnknownProduct(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"veo_task_1":                      "veo jobs runway aleph modify",
		"VEO3_2":                          "veo jobs runway aleph modify",
		uuid:                              "runway aleph jobs veo modify",
		"job_demo_1":                      "jobs veo runway aleph modify",
		strings.ReplaceAll(uuid, "-", ""): "jobs veo runway aleph modify",
	} {
		client, script := scripted(Options{}, reply{body: `{"code":422,"msg":"recordInfo is null"}`})
		_, err := client.Query(t.Context(), "", id)
		var got []string
		for _, path := range script.asked {
			got = append(got, strings.Split(path, "/")[3])
		}
		if s := strings.Join(got, " "); s != want || !errors.Is(err, ErrNoRecord) {
			t.Errorf("%s: asked %s and got %v, want %s", id, s, err, want)
		}
	}
}

func TestQuery_whatASearchMakesOfTheAnswers(t *testing.T) {
	t.Parallel()
	none := reply{body: `{"code":422,"msg":"record is null"}`}
	gone := reply{body: `{"code":422,"msg":"Temporarily supports records within 14 days"}`}
	refused := reply{body: `{"code":400,"msg":"m"}`}
	noRoute, down := reply{status: 404}, reply{status: 502}
	found := reply{body: okRecord("x")}
	for name, c := range map[string]struct {
		answers   []reply
		want      error
		questions int
	}{
		"found at last":             {[]reply{none, none, noRoute, refused, found}, nil, 5},
		"gone counts":               {[]reply{none, gone, none, none, noRoute}, ErrRecordGone, 5},
		"none counts for refusals":  {[]reply{refused, none, noRoute, refused}, ErrNoRecord, 5},
		"refused by all":            {[]reply{noRoute, refused}, ErrRefused, 5},
		"a wrong address":           {[]reply{noRoute}, ErrUnavailable, 5},
		"not while kie is down":     {[]reply{none, down, found}, ErrUnavailable, 2},
		"not with a key refused":    {[]reply{{body: `{"code":401}`}, found}, ErrUnauthorized, 1},
		"not with too many answers": {[]reply{none, {body: `{"code":429}`}, found}, ErrRateLimited, 2},
	} {
		client, asked := scripted(Options{}, c.answers...)
		r, err := client.Query(t.Context(), "", "x")
		if !errors.Is(err, c.want) || len(asked.asked) != c.questions {
			t.Errorf("%s: got %v after %d questions", name, err, len(asked.asked))
		}
		if c.want == nil && r.Report.Product != Luma {
			t.Errorf("%s: got %+v", name, r)
		}
	}
}

func TestQuery_refusesWhatIsNoID(t *testing.T) {
	t.Parallel()
	client, asked := scripted(Options{}, reply{body: okRecord("x")})
	for _, id := range []string{"", " ", strings.Repeat("i", MaxID+1)} {
		if _, err := client.Query(t.Context(), Veo, id); !errors.Is(err, ErrRefused) {
			t.Errorf("%q: got %v", id, err)
		}
	}
	if len(asked.asked) != 0 {
		t.Errorf("asked %v", asked.asked)
	}
}

func TestQuery_dropsTimesThatAreStillToCome(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 9, 21, 14, 20, 0, 0, time.UTC)
	client, _ := scripted(Options{Now: func() time.Time { return now }}, reply{
		body: `{"code":200,"data":{"taskId":"x","successFlag":1,"createTime":"2026-09-21 14:24:59",
			"completeTime":"2026-09-21 22:13:20","paramJson":"{\"prompt\":\"p\"}"}}`})
	r, err := client.Query(t.Context(), Veo, "x")
	if err != nil || r.Report.CreatedAt.IsZero() || !r.Report.CompletedAt.IsZero() {
		t.Errorf("created %v, completed %v, %v", r.Report.CreatedAt, r.Report.CompletedAt, err)
	}
	if string(r.Params) != `{"prompt":"p"}` || !strings.Contains(string(r.Raw), "22:13:20") ||
		r.Report.Result != task.ResultSucceeded {
		t.Errorf("got %s, %s", r.Params, r.Raw)
	}
}

func TestFreshLink(t *testing.T) {
	t.Parallel()
	const fresh = "https://media.example/fresh.mp4?token=1"
	for name, c := range map[string]struct {
		reply reply
		link  string
		want  error
	}{
		"fresh":        {reply{body: `{"code":200,"data":"` + fresh + `"}`}, fresh, nil},
		"not kie's":    {reply{body: `{"code":422,"msg":"Invalid URL"}`}, "", ErrForeignLink},
		"not there":    {reply{body: `{"code":404,"msg":"m"}`}, "", ErrNoRecord},
		"wrong key":    {reply{body: `{"code":401,"msg":"m"}`}, "", ErrUnauthorized},
		"no link":      {reply{body: `{"code":200,"data":"ftp://x"}`}, "", ErrUnavailable},
		"null":         {reply{body: `{"code":200,"data":null}`}, "", ErrUnavailable},
		"maintenance":  {reply{body: `{"code":455,"msg":"m"}`}, "", ErrMaintenance},
		"an object":    {reply{body: `{"code":200,"data":{"url":"x"}}`}, "", ErrUnavailable},
		"disconnected": {reply{err: errors.New("reset")}, "", ErrUnavailable},
	} {
		client, asked := scripted(Options{}, c.reply)
		got, err := client.FreshLink(t.Context(), "https://media.example/dead.mp4")
		if got != c.link || !errors.Is(err, c.want) ||
			asked.asked[0] != "POST /api/v1/common/download-url" {
			t.Errorf("%s: got %q, %v by %v", name, got, err, asked.asked)
		}
	}
}

func TestCredits(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]float64{
		`{"code":200,"data":100}`: 100, `{"code":200,"data":"60.5"}`: 60.5,
		`{"code":200,"data":0}`: 0, `{"code":200,"data":-3}`: -3,
	} {
		client, asked := scripted(Options{}, reply{body: body})
		got, err := client.Credits(t.Context())
		if err != nil || got != want || asked.asked[0] != "GET /api/v1/chat/credit" {
			t.Errorf("%s: got %v, %v by %v", body, got, err, asked.asked)
		}
	}
	for _, data := range []string{`"NaN"`, `"Inf"`, "null", "{}", `"many"`} {
		client, _ := scripted(Options{}, reply{body: `{"code":200,"data":` + data + `}`})
		if got, err := client.Credits(t.Context()); !errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: got %v, %v", data, got, err)
		}
	}
}
