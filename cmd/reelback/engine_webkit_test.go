package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// webKit is WebKitGTK's MiniBrowser, the nearest to Safari that Debian has, driven through
// WebDriver.
type webKit struct{ session string }

// startWebKit starts the browser on a screen that nobody sees; nil where it is not installed.
func startWebKit(t *testing.T) engine {
	t.Helper()
	driver, err := exec.LookPath("WebKitWebDriver")
	screen, err2 := exec.LookPath("Xvfb")
	found, _ := filepath.Glob("/usr/lib/*/webkit2gtk-4.1/MiniBrowser")
	if err != nil || err2 != nil || len(found) == 0 {
		return nil
	}
	home := profileOf(t, "webkit")
	x := exec.Command(screen, "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp")
	out, err := x.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	runEngine(t, x)
	display, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb has no screen: %v", err)
	}
	port := freePort(t)
	runEngine(t, exec.Command(driver, fmt.Sprintf("--port=%d", port)), "HOME="+home,
		"DISPLAY=:"+strings.TrimSpace(display), "LIBGL_ALWAYS_SOFTWARE=1", "GST_REGISTRY_UPDATE=no")
	awaitPort(t, port)
	w := &webKit{session: fmt.Sprintf("http://127.0.0.1:%d/session", port)}
	var answer struct{ SessionID string }
	err = w.call("", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"webkitgtk:browserOptions": map[string]any{"binary": found[0],
			"args": []string{"--automation"}}}}}, &answer)
	if err != nil {
		t.Fatal(err)
	}
	w.session += "/" + answer.SessionID
	return w
}

func (w *webKit) open(url string) error {
	return w.call("/url", map[string]any{"url": url}, nil)
}

func (w *webKit) holds(expression string) (held bool, err error) {
	var answer any
	err = w.call("/execute/sync", map[string]any{"script": "return " + expression,
		"args": []any{}}, &answer)
	held, _ = answer.(bool)
	return held, err
}

func (w *webKit) call(path string, with map[string]any, answer any) error {
	text, err := json.Marshal(with)
	if err != nil {
		return err
	}
	client := &http.Client{Timeout: patience}
	res, err := client.Post(w.session+path, "application/json", bytes.NewReader(text))
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	said, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %d %s", path, res.StatusCode, said)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(said, &struct{ Value any }{answer})
}

// runEngine runs a program until the test ends, and all that it has started.
func runEngine(t *testing.T, cmd *exec.Cmd, environment ...string) {
	t.Helper()
	cmd.Env = append(os.Environ(), environment...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		ended := make(chan struct{})
		go func() {
			_ = cmd.Wait()
			close(ended)
		}()
		select {
		case <-ended:
		case <-time.After(patience / 10):
		}
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // what has outlived it
		<-ended
	})
}
