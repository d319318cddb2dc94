package mask

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/task"
)

func TestText(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"our address": {`see https://v.example.com/x/callbacks/veo3.1/AbC_d-1 there`,
			`see https://v.example.com/x/callbacks/veo3.1/[masked] there`},
		"its path alone": {`POST /callbacks/runway-extend/AbC?x=1`,
			`POST /callbacks/runway-extend/[masked]?x=1`},
		"with escaped slashes": {`"m":"https:\/\/v.example.com\/callbacks\/kie\/AbC"`,
			`"m":"https:\/\/v.example.com\/callbacks\/kie\/[masked]"`},
		"within a query": {`u=https%3A%2F%2Fh%2Fcallbacks%2Fkie%2FAbC&v=1`,
			`u=https%3A%2F%2Fh%2Fcallbacks%2Fkie%2F[masked]&v=1`},
		"sample path": {`/veo3-1-callback?token=AbC%2Bd&x=1`, `/veo3-1-callback?token=[masked]&x=1`},
		"sample, second": {`/runway-extend-callback?x=1&token=AbC`,
			`/runway-extend-callback?x=1&token=[masked]`},
		"sample, escaped": {`/a?x=1\u0026token=AbC"`, `/a?x=1\u0026token=[masked]"`},
		"sample, nested": {`u=h%2Fveo3-1-callback%3Ftoken%3DAbC%26x`,
			`u=h%2Fveo3-1-callback%3Ftoken%3D[masked]%26x`},

		"callBackUrl": {`{"callBackUrl":"https://theirs.example.com/hook/s3cret?a=b","n":1}`,
			`{"callBackUrl":"https://theirs.example.com/[masked]","n":1}`},
		"other spellings": {`{"call_back_url": "http://a/b", "callbackUrl" :"http://a:8080/b"}`,
			`{"call_back_url": "http://a/[masked]", "callbackUrl" :"http://a:8080/[masked]"}`},
		"others' words": {`{"progressCallBackUrl":"http://a/b","webhook_url":"http://a/b"}`,
			`{"progressCallBackUrl":"http://a/[masked]","webhook_url":"http://a/[masked]"}`},
		"escaped address": {`{"callBackUrl":"https:\/\/a.b\/c\/d"}`,
			`{"callBackUrl":"https:\/\/a.b/[masked]"}`},
		"in JSON in JSON": {
			`{"param":"{\"callBackUrl\":\"https://a.b/c\",\"prompt\":\"a \\\"cat\\\"\"}"}`,
			`{"param":"{\"callBackUrl\":\"https://a.b/[masked]\",\"prompt\":\"a \\\"cat\\\"\"}"}`},
		"escaped in it": {`"{\"callBackUrl\":\"https:\\/\\/a.b\\/c\\/d\",\"x\":1}"`,
			`"{\"callBackUrl\":\"https:\\/\\/a.b/[masked]\",\"x\":1}"`},
		"three deep": {`"{\"p\":\"{\\\"callBackUrl\\\":\\\"https://a.b/c\\\",\\\"x\\\":1}\"}"`,
			`"{\"p\":\"{\\\"callBackUrl\\\":\\\"https://a.b/[masked]\\\",\\\"x\\\":1}\"}"`},
		"no path":       {`{"callBackUrl":"https://a.b/"}`, `{"callBackUrl":"https://a.b/"}`},
		"no address":    {`{"callBackUrl":"a.b/c"}`, `{"callBackUrl":"[masked]"}`},
		"empty address": {`{"callBackUrl":""}`, `{"callBackUrl":""}`},
		"with a user": {`{"callBackUrl":"https://u:pw@a.b/c"}`,
			`{"callBackUrl":"https://[masked]@a.b/[masked]"}`},
		"breaking off": {`{"callBackUrl":"https://a.b/c/s3c`, `{"callBackUrl":"https://a.b/[masked]`},
		"query in place": {`{"callBackUrl":"https://a.b?k=s3cret"}`,
			`{"callBackUrl":"https://a.b/[masked]"}`},

		"secret members": {`{"apiKey":"k1","api_key" : "k2","token":"k3","hmacKey":"k4"}`,
			`{"apiKey":"[masked]","api_key" : "[masked]","token":"[masked]","hmacKey":"[masked]"}`},
		"more of them": {`{"clientSecret":"k5","Authorization":"Bearer k6","password":"k7"}`,
			`{"clientSecret":"[masked]","Authorization":"[masked]","password":"[masked]"}`},
		"with quotes in it":  {`{"token":"a\"b\\","n":"x"}`, `{"token":"[masked]","n":"x"}`},
		"with slashes in it": {`{"token":"a\/b\/c","n":"x"}`, `{"token":"[masked]","n":"x"}`},
		"in JSON, with quotes": {`"{\"token\":\"a\\\"b\\\\\",\"n\":\"x\"}"`,
			`"{\"token\":\"[masked]\",\"n\":\"x\"}"`},
		"ending with the outer": {`{"a":"\"token\":\"abc","n":1}`,
			`{"a":"\"token\":\"[masked]","n":1}`},
		"in pretty JSON in JSON": {`"{\n  \"token\":\n\"a\"\n}"`, `"{\n  \"token\":\n\"[masked]\"\n}"`},
		"an empty secret":        {`{"token":"","n":1}`, `{"token":"","n":1}`},
		"a secret breaking off":  {`{"token":"abc\"`, `{"token":"[masked]`},
		"a password in a link":   {`see ftp://me:pw@host/a`, `see ftp://[masked]@host/a`},
		"an escaped link's":      {`"https:\/\/me:pw@host\/a"`, `"https:\/\/[masked]@host\/a"`},
		"unquoted list of links": {`"[https://a/1?sig=x,https://a/2?sig=y]"`,
			`"[https://a/1?[masked],https://a/2?[masked]]"`},
		"link in a sentence":     {`(see https://a/1?sig=x).`, `(see https://a/1?[masked]).`},
		"a token alone":          {`https://a/?token=x`, `https://a/?[masked]`},
		"masked by somebody":     {`https://a/?token=[masked]`, `https://a/?[masked]`},
		"a token in brackets":    {`(https://a/?token=x) [https://a/?token=y]`, `(https://a/?[masked]) [https://a/?[masked]]`},
		"a token at the end":     {`see https://a/b?token=x.`, `see https://a/b?[masked].`},
		"a token, then more":     {`https://a/?token=x;b=1 c`, `https://a/?[masked] c`},
		"a list with tokens":     {`https://a/?token=x,https://b/?token=y`, `https://a/?[masked],https://b/?[masked]`},
		"a token in quotes":      {`{"u":"https://a/?token=x"}`, `{"u":"https://a/?[masked]"}`},
		"link before a fragment": {`https://a/1?sig=x#t=5`, `https://a/1?[masked]#t=5`},
		"escaped ampersands": {`"https://a/1?x=1\u0026X-Amz-Signature=s3c\u0026y=2","n":1`,
			`"https://a/1?[masked]","n":1`},
		"escaped link, deep": {`\"https:\\/\\/a\\/1?x=a\\/b&sig=s3c\",`,
			`\"https:\\/\\/a\\/1?[masked]\",`},
		"signature in a sub-link": {`https://p/?u=https%3A%2F%2Fa%2F1%3Fsig%3Ds3c`,
			`https://p/?[masked]`},
	}
	for name, test := range tests {
		if got := Text(test.in); got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, test.want)
		}
		if again := Text(test.want); again != test.want {
			t.Errorf("%s: masked again it is %s", name, again)
		}
	}
}

// TestTheShortcutFindsWhatThePatternDoes puts pieces of heads of members together in many ways.
func TestTheShortcutFindsWhatThePatternDoes(t *testing.T) {
	t.Parallel()
	whole := regexp.MustCompile(strings.Replace(memberHead.String(), "^", "", 1))
	pieces := []string{`"`, `\`, `:`, `token`, `x`, `\n`, ` `, "\n", `"token":"`, `callBackUrl`, "\u017f",
		`ecret`, `{`, `,`, "\u212a", `ey`, `api`, `é`, "\xff", `\"`}
	rng := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range 50_000 {
		var text strings.Builder
		for range rng.IntN(14) {
			text.WriteString(pieces[rng.IntN(len(pieces))])
		}
		want := whole.FindStringSubmatchIndex(text.String())
		if want != nil {
			found++
		}
		if got := findMember(text.String()); !slices.Equal(got, want) {
			t.Fatalf("in %q it finds %v, want %v", text.String(), got, want)
		}
	}
	if found < 1000 {
		t.Errorf("only %d texts had a member", found)
	}
}

func TestSignedLinksOfManyClouds(t *testing.T) {
	t.Parallel()
	for name, query := range map[string]string{
		"S3": "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20260301%2Fs3&" +
			"X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=0a1b",
		"S3, old":     "AWSAccessKeyId=AKIA&Expires=1790000000&Signature=a%2Bb%3D",
		"CloudFront":  "Policy=eyJ&Signature=a~b&Key-Pair-Id=K1",
		"Google":      "GoogleAccessId=x%40y&Expires=1790000000&Signature=a%2Bb",
		"Google v4":   "X-Goog-Algorithm=GOOG4&X-Goog-Signature=0a1b",
		"Azure":       "sv=2024-01-01&se=2026-03-02T00%3A00Z&sr=b&sp=r&sig=a%2Bb%3D",
		"Aliyun OSS":  "OSSAccessKeyId=LTAI&Expires=1790000000&Signature=a%2Bb",
		"Aliyun CDN":  "auth_key=1790000000-0-0-0a1b",
		"Tencent COS": "q-sign-algorithm=sha1&q-ak=AKID&q-sign-time=1%3B2&q-signature=0a1b",
		"Tencent CDN": "txSecret=0a1b&txTime=6A",
		"Volcengine":  "X-Tos-Algorithm=TOS4&X-Tos-Signature=0a1b",
		"Bunny":       "token=0a1b&expires=1790000000",
		"Akamai":      "hdnts=exp=1~hmac=0a1b",
		"nginx":       "md5=0a1b&expires=1790000000",
	} {
		link := "https://cdn.example.com/videos/one.mp4"
		if got := URL(link + "?" + query); got != link+"?"+Masked {
			t.Errorf("%s: %s", name, got)
		}
		body, err := json.Marshal(map[string]any{"url": link + "?a=1&" + query, "n": 1})
		if err != nil {
			t.Fatal(err)
		}
		if got := Text(string(body)); got != `{"n":1,"url":"`+link+`?[masked]"}` {
			t.Errorf("%s in JSON: %s", name, got)
		}
	}
}

func TestWhatIsNoSecretStaysAsItIs(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " ", "\x00\xff\xfe", `{"code":200,"msg":"success","data":{"task_id":"ee9c2715"}}`,
		`{"total_tokens":"12","token_count":3,"tokens":["a"],"secrets":{"a":"b"}}`,
		`{"prompt":"a cat says \"token\": no, https://example.com/callbacks/ and /callbacks/veo3.1/"}`,
		`{"url":"https://cdn.example.com/v.mp4?v=2&size=large#t=1"}`,
		`{"resultUrls":"[https://a.b/1.mp4,https://a.b/2.mp4?x=1]"}`,
		`{"param":"{\"prompt\":\"一只猫\",\"callBackUrl\":\"https://a.b\"}"}`,
		"mail me@example.com, https://example.com/@me, a:b@c",
		strings.Repeat(`{"a":["b\\",{"c":"\u0026"}]}`, 50),
	} {
		if got := Text(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	in := []task.Header{
		{Name: "Authorization", Value: "Bearer s3cret"}, {Name: "Cookie", Value: "a=s3cret"},
		{Name: "x-webhook-signature", Value: "s3cret"}, {Name: "Webhook-Signature", Value: "v1,s3cret"},
		{Name: "X-Hub-Signature-256", Value: "sha256=s3cret"}, {Name: "X-Api-Key", Value: "s3cret"},
		{Name: "X-Auth-Token", Value: "s3cret"}, {Name: "Proxy-Authorization", Value: "s3cret"},
		{Name: "X-Webhook-Timestamp", Value: "1790000000"},
		{Name: "Content-Type", Value: "application/json"},
		{Name: "X-Original-Uri", Value: "/callbacks/veo3.1/s3cret"},
		{Name: "Referer", Value: "https://a/?token=s3cret"},
	}
	before := append([]task.Header{}, in...)
	got := Headers(in)
	if !reflect.DeepEqual(in, before) {
		t.Error("the headers given were changed")
	}
	for i, h := range got {
		if strings.Contains(h.Value, "s3cret") || h.Name != in[i].Name {
			t.Errorf("%s: %s", in[i].Name, h.Value)
		}
	}
	if got[8] != in[8] || got[9] != in[9] || got[10].Value != "/callbacks/veo3.1/[masked]" {
		t.Errorf("too much is masked: %+v", got[8:])
	}
	if Headers(nil) == nil {
		t.Error("no headers are no list")
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{`{"token":"a\"b","callBackUrl":"https:\/\/u:p@a.b\/c?d"}`,
		`"{\"token\":\"a\\\"\",\"x\":\"https://a/?sig=b\\u0026c\"}"`, `/callbacks/a/b?token=c&d`,
		"[https://a/?sig=1,https://b/?e=2]", `"web_hook":"\\\\"`, "%2fcallbacks%2fa%2Fb%3ftoken%3Dc"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := Text(text)
		if twice := Text(once); twice != once {
			t.Errorf("%q\nbecame %q\nthen   %q", text, once, twice)
		}
		if strings.Contains(text, `"`) != strings.Contains(once, `"`) {
			t.Errorf("%q became %q", text, once)
		}
	})
}
