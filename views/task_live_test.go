package views

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

func TestLivePartsCanBeReadAlone(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	saved := TaskPage(f, NewTask(f, TaskInput{Task: partlySavedTask()}))
	failed := TaskPage(f, NewTask(f, TaskInput{Task: failedTask()}))
	tasks := TasksPage(f, NewTasks(f, TasksInput{Tasks: []task.Task{savedTask()}}))
	deliveries := DeliveriesPage(f, NewDeliveries(f,
		DeliveriesInput{Deliveries: []task.Delivery{failureDelivery()}}))
	setup := SetupPage(f, NewSetup(f, setupInput()))
	tests := []struct {
		id   string
		page templ.Component
		want string
	}{
		{TaskHeadFragment, saved, "Partly saved"},
		{TaskStageFragment, saved, "<video"},
		{TaskStageFragment, failed, "slate"},
		{TaskFilesFragment, saved, "403 Forbidden"},
		{TaskTimelineFragment, saved, "Timeline"},
		{TaskTabsFragment, tasks, "Generating"},
		{TaskListFragment, tasks, "First light"},
		{DeliveryListFragment, deliveries, "#48211"},
		{FirstDeliveryFragment, setup, "Listening since"},
	}
	for _, tt := range tests {
		var out bytes.Buffer
		if err := templ.RenderFragments(context.Background(), &out, tt.page, tt.id); err != nil {
			t.Fatal(err)
		}
		html := strings.TrimSpace(out.String())
		if strings.Count(html, `id="`+tt.id+`"`) != 1 || !strings.HasPrefix(html, "<") {
			t.Errorf("%s does not come as its element: %.80s", tt.id, html)
		}
		if !strings.Contains(html, tt.want) {
			t.Errorf("%s lacks %q", tt.id, tt.want)
		}
		if strings.Contains(html, "<html") || strings.Contains(html, `href="#`) {
			t.Errorf("%s is more than its element, or its icons have no address", tt.id)
		}
	}
}
