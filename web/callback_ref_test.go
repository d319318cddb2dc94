package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
)

// TestTheRefOfACallbackAddressIsALabel keeps what an application has put into its callBackUrl, and
// finds the task by it.
func TestTheRefOfACallbackAddressIsALabel(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	query := url.Values{"ref": {"客户 7", "project/summer"}}
	w := s.ask(http.MethodPost, s.callback("veo3.1")+"?"+query.Encode(), fmt.Sprintf(veoDone, "t-1"))
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	s.deliver("veo3.1", fmt.Sprintf(veoDone, "t-2"))
	for _, words := range []string{"客户 7", "summer"} {
		found := s.getJSON("/api/v1/tasks?q=" + url.QueryEscape(words))["tasks"].([]any)
		if len(found) != 1 || found[0].(map[string]any)["task_id"] != "t-1" {
			t.Errorf("%q finds %v", words, found)
		}
	}
	task, err := s.store.FindTask(t.Context(), "kie", "t-1")
	if err != nil || !slices.Equal(task.Labels, []string{"project/summer", "客户 7"}) {
		t.Errorf("labels %q, %v", task.Labels, err)
	}
}
