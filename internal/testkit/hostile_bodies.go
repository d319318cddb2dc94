package testkit

import (
	"fmt"
	"strings"
)

// HostileBodies returns callbacks with a text wherever a sender can put some, by source: one that
// succeeded and one that failed of each. The id makes their tasks differ from those of others.
func HostileBodies(id, text string) map[string][]string {
	s, task, link := Quoted(text), Quoted(id+text), Quoted("https://127.0.0.1:1/"+text)
	quoted := Quoted(`{"prompt":` + s + `,"model":` + s + `,"aspectRatio":` + s + `}`)
	results := Quoted(`{"resultUrls":[` + s + `,` + link + `]}`)
	failed := func(name string) string {
		return fmt.Sprintf(`{"code":400,"msg":%s,"data":{"%s":%s}}`, s, name, Quoted("f"+id+text))
	}
	return map[string][]string{
		"veo3.1": {fmt.Sprintf(`{"code":200,"msg":%s,"data":{"taskId":%s,"promptJson":%s,`+
			`"fallbackFlag":true,"info":{"resultUrls":[%s,%s],"originUrls":[%s],"resolution":%s,`+
			`"hasAudioList":%s}}}`, s, task, quoted, s, link, link, s, s), failed("taskId")},
		"runway": {fmt.Sprintf(`{"code":200,"msg":%s,"data":{"task_id":%s,"video_id":%s,`+
			`"video_url":%s,"image_url":%s}}`, s, task, s, link, s), failed("task_id")},
		"kie": {fmt.Sprintf(`{"code":200,"msg":%s,"data":{"taskId":%s,"model":%s,"state":"success",`+
			`"param":%s,"resultJson":%s,"failCode":%s,"failMsg":%s}}`, s, Quoted("m"+id+text), s,
			quoted, results, s, s)},
	}
}

// Quoted is a text as a JSON string. Bytes that are no UTF-8 stay, as they do with a sender who
// means no good.
func Quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(text) {
		if c < ' ' || c == '"' || c == '\\' {
			fmt.Fprintf(&b, `\u%04x`, c)
			continue
		}
		b.WriteByte(c)
	}
	b.WriteByte('"')
	return b.String()
}
