package main

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// killsVariable sets how often TestNothingAnsweredIsLost kills the program; make soak does.
const killsVariable = "REELBACK_TEST_KILLS"

// TestNothingAnsweredIsLost kills the program at random moments under load and starts it again
// on the same data: every callback answered 200 is there once, nothing is there twice.
func TestNothingAnsweredIsLost(t *testing.T) {
	t.Parallel()
	rounds := 20
	if text := os.Getenv(killsVariable); text != "" {
		var err error
		if rounds, err = strconv.Atoi(text); err != nil {
			t.Fatalf("%s: %v", killsVariable, err)
		}
	}
	dir, rng := t.TempDir(), rand.New(rand.NewPCG(1, 2))
	var answered, sent []string
	for round := range rounds {
		p := start(t, dir, "--log-level", "error")
		got, tried := p.hammerUntilKilled(round, time.Duration(rng.IntN(300))*time.Millisecond)
		answered, sent = append(answered, got...), append(sent, tried...)
	}
	p := start(t, dir, "--log-level", "error")
	stored := p.allDeliveries()
	for _, id := range answered {
		if stored[id] != 1 {
			t.Errorf("%s was answered 200 and is there %d times", id, stored[id])
		}
	}
	for _, id := range sent {
		if stored[id] > 1 {
			t.Errorf("%s is there %d times", id, stored[id])
		}
		delete(stored, id)
	}
	if len(stored) > 0 {
		t.Errorf("stored, but never sent: %v", stored)
	}
	if len(answered) < rounds {
		t.Errorf("only %d callbacks were answered in %d rounds: that is no load", len(answered), rounds)
	}
	t.Logf("killed %d times: %d callbacks sent, %d answered, each of these stored once",
		rounds, len(sent), len(answered))
}

// hammerUntilKilled sends callbacks over eight connections and kills the program after a while.
// It returns the ids of those that were answered 200, and of all that were sent.
func (p *program) hammerUntilKilled(round int, after time.Duration) (answered, sent []string) {
	u, err := url.Parse(p.sources["veo3.1"])
	if err != nil {
		p.t.Fatal(err)
	}
	var mu sync.Mutex
	var senders sync.WaitGroup
	for sender := range 8 {
		senders.Go(func() {
			conn, err := net.Dial("tcp", u.Host)
			if err != nil {
				return
			}
			defer func() { _ = conn.Close() }()
			answers := bufio.NewReader(conn)
			for n := 0; ; n++ {
				id := fmt.Sprintf("k-%d-%d-%d", round, sender, n)
				mu.Lock()
				sent = append(sent, id)
				mu.Unlock()
				if _, err := conn.Write(failureOf(u.Path, id)); err != nil {
					return
				}
				if err := readAnswer(answers); err != nil {
					return
				}
				mu.Lock()
				answered = append(answered, id)
				mu.Unlock()
			}
		})
	}
	<-time.After(after)
	p.kill()
	senders.Wait()
	return answered, sent
}

// failureOf is a callback that leaves nothing to be saved.
func failureOf(path, id string) []byte {
	body := fmt.Sprintf(`{"code":501,"msg":"Failed","data":{"taskId":"%s"}}`, id)
	var request bytes.Buffer
	fmt.Fprintf(&request, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"+
		"Content-Length: %d\r\n\r\n%s", path, len(body), body)
	return request.Bytes()
}

// allDeliveries counts the deliveries of each task, and checks that a task has as many as it says.
func (p *program) allDeliveries() map[string]int {
	p.t.Helper()
	stored := make(map[string]int)
	for cursor := ""; ; {
		var page struct {
			Deliveries []struct {
				TaskID string `json:"task_id"`
			} `json:"deliveries"`
			Next string `json:"next_cursor"`
		}
		p.get("/api/v1/deliveries?limit=500&cursor="+url.QueryEscape(cursor), &page)
		for _, d := range page.Deliveries {
			stored[d.TaskID]++
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	tasks := 0
	for cursor := ""; ; {
		var page struct {
			Tasks []apiTask `json:"tasks"`
			Next  string    `json:"next_cursor"`
		}
		p.get("/api/v1/tasks?limit=500&cursor="+url.QueryEscape(cursor), &page)
		for _, t := range page.Tasks {
			if tasks++; t.Deliveries != stored[t.TaskID] || !strings.HasPrefix(t.TaskID, "k-") {
				p.t.Errorf("task %s says %d deliveries, stored are %d", t.TaskID, t.Deliveries,
					stored[t.TaskID])
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if tasks != len(stored) {
		p.t.Errorf("%d tasks, but deliveries of %d", tasks, len(stored))
	}
	return stored
}
