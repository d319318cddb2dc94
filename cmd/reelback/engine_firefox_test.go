package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// firefox is driven through Marionette, its own protocol: geckodriver, which would translate, is
// not in Debian. Messages are JSON with their length in front.
type firefox struct {
	conn net.Conn
	in   *bufio.Reader
	last int
}

const firefoxSettings = `user_pref("marionette.port", 0);
user_pref("media.autoplay.default", 0);
user_pref("app.update.auto", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("browser.safebrowsing.downloads.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("services.settings.server", "data:,");
user_pref("extensions.update.enabled", false);
`

// startFirefox starts Firefox with an empty profile; nil where it is not installed.
func startFirefox(t *testing.T) engine {
	t.Helper()
	path := ""
	for _, name := range []string{"firefox-esr", "firefox"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		return nil
	}
	profile := profileOf(t, "firefox")
	settings := filepath.Join(profile, "user.js")
	if err := os.WriteFile(settings, []byte(firefoxSettings), 0o600); err != nil {
		t.Fatal(err)
	}
	runEngine(t, exec.Command(path, "--marionette", "--headless", "--no-remote", "--profile",
		profile), "HOME="+profile)
	f := &firefox{}
	tries := time.NewTicker(50 * time.Millisecond)
	defer tries.Stop()
	for end := time.Now().Add(patience); f.conn == nil; <-tries.C {
		port, _ := os.ReadFile(filepath.Join(profile, "MarionetteActivePort"))
		conn, err := net.Dial("tcp", "127.0.0.1:"+strings.TrimSpace(string(port)))
		if err == nil {
			f.conn, f.in = conn, bufio.NewReader(conn)
		} else if time.Now().After(end) {
			t.Fatalf("Firefox does not listen: %v", err)
		}
	}
	t.Cleanup(func() { _ = f.conn.Close() })
	if _, err := f.read(); err != nil { // its greeting
		t.Fatal(err)
	}
	if err := f.call("WebDriver:NewSession", map[string]any{}, nil); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *firefox) open(url string) error {
	return f.call("WebDriver:Navigate", map[string]any{"url": url}, nil)
}

func (f *firefox) holds(expression string) (held bool, err error) {
	var answer struct{ Value any }
	err = f.call("WebDriver:ExecuteScript", map[string]any{
		"script": "return " + expression, "args": []any{}}, &answer)
	held, _ = answer.Value.(bool)
	return held, err
}

// call makes Firefox do something: [0, id, command, what with] is answered by
// [1, id, error, answer].
func (f *firefox) call(command string, with map[string]any, answer any) error {
	f.last++
	text, err := json.Marshal([]any{0, f.last, command, with})
	if err != nil {
		return err
	}
	if err := f.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(f.conn, "%d:%s", len(text), text); err != nil {
		return err
	}
	said, err := f.read()
	if err != nil {
		return err
	}
	var parts [4]json.RawMessage
	if err := json.Unmarshal(said, &parts); err != nil {
		return err
	}
	if problem := string(parts[2]); problem != "null" {
		return fmt.Errorf("%s: %s", command, problem)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(parts[3], answer)
}

func (f *firefox) read() ([]byte, error) {
	length, err := f.in.ReadString(':')
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(strings.TrimSuffix(length, ":"))
	if err != nil {
		return nil, err
	}
	text := make([]byte, n)
	_, err = io.ReadFull(f.in, text)
	return text, err
}
