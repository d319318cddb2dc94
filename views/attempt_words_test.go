package views

import (
	"testing"

	"github.com/reelback/reelback/internal/i18n"
)

func TestAttemptTextSpeaksTheReadersLanguage(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]string{
		"the server answered 404":                             "服务器返回 404",
		"the server's name is not known":                      "找不到该服务器的域名",
		"wrong type of file: an HTML page instead of a video": "文件类型不对：收到的是 HTML 网页，不是视频",
		"a reason that nobody has translated":                 "a reason that nobody has translated",
		"the connection was cut before the file was complete": "文件未传完，连接就中断了",
		"": "",
	} {
		if got := AttemptText(pageFrame(t, i18n.Chinese).T, reason); got != want {
			t.Errorf("%q: %q, want %q", reason, got, want)
		}
		if got := AttemptText(pageFrame(t, i18n.English).T, reason); got != reason {
			t.Errorf("%q is %q in English", reason, got)
		}
	}
}
