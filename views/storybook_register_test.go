package views

import (
	"strings"

	"github.com/a-h/templ"

	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/task"
)

// registerStories are the form that takes ids, in every state it can be in.
func registerStories() []story {
	one := func(name string, in func(f Frame) RegisterInput) story {
		return story{"register" + name, route.TaskRegister, NavTasks, func(f Frame) templ.Component {
			return RegisterPage(f, NewRegister(f, in(f)))
		}}
	}
	return []story{
		one("", func(Frame) RegisterInput { return registerInput() }),
		one("-done", func(f Frame) RegisterInput {
			in := registerInput()
			in.Asks, in.Fields.Product, in.Fields.Labels = true, "veo3.1", "customer 7, autumn"
			in.Results = registerResults(f)
			in.Passed = []task.PassedWord{{Word: "ee603959-debb-48d1", Why: task.PassedForm},
				{Word: "485da89c-7fca-4340-8c04-101025b2ae71", Why: task.PassedOtherID}}
			return in
		}),
		one("-looked", func(Frame) RegisterInput {
			in := registerInput()
			in.Looked, in.Fields.IDs = true, "veo_task_7f3c91d2a84e\n"+strings.Repeat("8f2a", 8)
			in.Results = []RegisterResult{{TaskID: "veo_task_7f3c91d2a84e"},
				{TaskID: strings.Repeat("8f2a", 8)}}
			return in
		}),
		one("-wrong", func(Frame) RegisterInput {
			in := registerInput()
			in.Fields = RegisterFields{IDs: "Where are my videos?", Prompt: "A boat", Fallback: true}
			in.Problems = []string{RegisterNoIDs, RegisterNoProduct, RegisterBadLabels,
				RegisterLongPrompt}
			return in
		}),
	}
}

func registerInput() RegisterInput {
	return RegisterInput{Providers: []task.Provider{{Name: "kie",
		Products: []string{"veo3.1", "runway", "runway-extend", "market"}}}}
}

func registerResults(f Frame) []RegisterResult {
	saved, failed := savedTask(), storyFailed(f)
	fresh := emptyTask(task.Waiting, "veo_task_e6014cc87a3b")
	fresh.Product, failed.Product = "veo3.1", "runway"
	return []RegisterResult{
		{TaskID: fresh.TaskID, Task: &fresh, Created: true, Product: "veo3.1",
			Warnings: []task.Warning{task.WarnPromptLanguage, task.WarnFallbackShape}},
		{TaskID: saved.TaskID, Task: &saved, Product: "veo3.1"},
		{TaskID: failed.TaskID, Task: &failed, Product: "veo3.1"},
		{TaskID: strings.Repeat("1a", 150), Refused: "too_long", Product: "veo3.1"},
	}
}
