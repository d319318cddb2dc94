package views

import (
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

func TestARefusedAddressIsNamedWithTheOptionThatLetsItThrough(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	for name, tt := range map[string]struct {
		asset   task.Asset
		refused string
		want    string // begins so
	}{
		"an address": {task.Asset{Error: task.ErrorNotPublic, SourceURL: "http://10.0.0.5:81/a?key=s"}, "",
			"Refused: 10.0.0.5:81. If that server is yours, start Reelback with --fetch-allow 10.0.0.5,"},
		"an address, tried": {task.Asset{Error: task.ErrorPort, SourceURL: "http://[::1]/a"}, "::1",
			"Refused: [::1]. If that server is yours, start Reelback with --fetch-allow ::1,"},
		"this machine": {task.Asset{Error: task.ErrorNotPublic, SourceURL: "http://localhost:81/a"}, "",
			"Refused: localhost:81. If that server is yours, start Reelback with --fetch-allow 127.0.0.1,"},
		"a name": {task.Asset{Error: task.ErrorNotPublic, SourceURL: "https://nas.example/a"}, "10.0.0.6",
			"Refused: nas.example leads to 10.0.0.6. If that server is yours, start Reelback with " +
				"--fetch-allow 10.0.0.6,"},
		"a name that was not looked up": {task.Asset{Error: task.ErrorPort,
			SourceURL: "https://nas.example:81/a"}, "",
			"Refused: nas.example:81. If that server is yours, start Reelback with --fetch-allow and its"},
		"where a cloud keeps secrets": {task.Asset{Error: task.ErrorNotPublic,
			SourceURL: "http://169.254.169.254/latest"}, "", "Refused: 169.254.169.254. 169.254.169.254 is " +
			"an address of the machine itself or of its cloud"},
		"a name that leads there": {task.Asset{Error: task.ErrorNotPublic,
			SourceURL: "http://nas.example/"}, "fe80::1", "Refused: nas.example. fe80::1 is an address"},
		"another reason": {task.Asset{Error: "the link is not valid", SourceURL: "x"}, "", ""},
	} {
		tt.asset.State = task.FailedAsset
		got := refusedText(f, tt.asset, tt.refused)
		if !strings.HasPrefix(got, tt.want) || (got == "") != (tt.want == "") {
			t.Errorf("%s: %q", name, got)
		}
		if tt.asset.State = task.Pending; refusedText(f, tt.asset, tt.refused) != "" {
			t.Errorf("%s: it says so although it is tried again", name)
		}
	}
}

func TestTheTaskOfARefusedAddressSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := pageFrame(t, lang)
		in := TaskInput{Task: task.Task{Provider: "kie", TaskID: "t", Status: task.Unconfirmed,
			Assets: []task.Asset{{Role: task.Video, State: task.FailedAsset,
				Error: task.ErrorNotPublic, SourceURL: "http://nas.example/a"}}},
			Attempts: []task.Attempt{{Role: task.Video, Number: 1, Refused: "10.0.0.7"}}}
		html := page(t, TaskPage(f, NewTask(f, in)))
		if n := strings.Count(html, "--fetch-allow 10.0.0.7"); n != 2 { // in place of it, and its row
			t.Errorf("%s: it is said %d times", lang, n)
		}
	}
}
