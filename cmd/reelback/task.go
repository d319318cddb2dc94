package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// taskAddCommand tells a running server of a task, as an application does.
type taskAddCommand struct {
	serverOptions
	Token    string   `help:"API token, from reelback token create." env:"REELBACK_TOKEN" required:""`
	Provider string   `help:"Provider of the task." default:"kie"`
	Product  string   `help:"Product the task belongs to, such as veo3.1." required:""`
	Prompt   string   `help:"What was asked for."`
	Parent   string   `help:"Task that this one extends."`
	Label    []string `help:"Word of your own for it; repeat it for more." sep:"none"`
	TaskIDs  []string `arg:"" name:"task-id" help:"The provider's ids."`
}

// Run tells the server of each task and prints what became of it.
func (c *taskAddCommand) Run(ctx context.Context, s streams) error {
	var errs []error
	for _, id := range c.TaskIDs {
		if strings.TrimSpace(id) == "" {
			errs = append(errs, errors.New("one of the task ids is empty: leave it out"))
			continue
		}
		line, err := c.add(ctx, id)
		if err != nil {
			errs = append(errs, fmt.Errorf("task %q: %w", id, err))
			continue
		}
		fmt.Fprintln(s.out, line)
	}
	return errors.Join(errs...)
}

func (c *taskAddCommand) add(ctx context.Context, id string) (line string, err error) {
	body, err := json.Marshal(map[string]any{"provider": c.Provider, "product": c.Product,
		"task_id": id, "prompt": c.Prompt, "parent_task_id": c.Parent, "labels": c.Label})
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost,
		c.origin()+"/api/v1/tasks", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+c.Token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	return readAdded(id, res)
}

func readAdded(id string, res *http.Response) (string, error) {
	var answer struct {
		Status   any      `json:"status"`
		Detail   string   `json:"detail"`
		Warnings []string `json:"warnings"`

		Known map[string][]string `json:"known_products"`
	}
	err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&answer)
	switch {
	case err == nil && res.StatusCode >= 400 && answer.Detail != "":
		return "", fmt.Errorf("the server answered %s: %s", statusOf(res), answer.Detail)
	case res.StatusCode >= 400:
		return "", fmt.Errorf("the server answered %s, without saying why", statusOf(res))
	case err != nil:
		return "", fmt.Errorf("the server answered %s, but not as Reelback does: check its address",
			statusOf(res))
	}
	word := "known"
	if res.StatusCode == http.StatusCreated {
		word = "added"
	}
	line := fmt.Sprintf("%s %s, %v", id, word, answer.Status)
	if len(answer.Warnings) > 0 {
		line += "; look at it again: " + strings.Join(answer.Warnings, ", ")
	}
	if len(answer.Known) > 0 {
		line += known(answer.Known)
	}
	return line, nil
}

// statusOf is the status of an answer in words. A server may send the number alone.
func statusOf(res *http.Response) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", res.StatusCode, http.StatusText(res.StatusCode)))
}

// known lists the products that a server knows, by provider.
func known(products map[string][]string) string {
	text := " (known are"
	for _, provider := range slices.Sorted(maps.Keys(products)) {
		text += " " + provider + ": " + strings.Join(products[provider], ", ") + ";"
	}
	return strings.TrimSuffix(text, ";") + ")"
}
