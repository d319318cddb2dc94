package store

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/task"
)

// user adds a user with a role.
func (b *bundle) user(name string, role auth.Role) auth.User {
	b.t.Helper()
	u, err := b.CreateUser(b.ctx, auth.User{Name: name, Role: role, Hash: "$hash"})
	if err != nil {
		b.t.Fatal(err)
	}
	return u
}

// hashOf is what the session manager makes of a token.
func hashOf(token string) string { return token + strings.Repeat("-", 43-len(token)) }

// session signs a user in.
func (b *bundle) session(u auth.User, token string) {
	b.t.Helper()
	err := b.SaveSession(b.ctx, auth.Session{Hash: hashOf(token), User: u, Address: "192.0.2.1",
		Agent: "Browser", ExpiresAt: b.clock.Now().Add(auth.SessionLife)})
	if err != nil {
		b.t.Fatal(err)
	}
}

// lives says whether a session can be used.
func (b *bundle) lives(token string) bool {
	b.t.Helper()
	_, ok, err := b.FindSession(b.ctx, hashOf(token))
	if err != nil {
		b.t.Fatal(err)
	}
	return ok
}

func TestUsersAreFoundHoweverTheNameIsWritten(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if has, err := b.HasUsers(b.ctx); err != nil || has {
		t.Errorf("an empty database has users: %t, %v", has, err)
	}
	made := b.user("Anna", auth.Operator)
	for name, want := range map[string]bool{"Anna": true, "anna": true, "Ann": false, "": false,
		"Anna ": false, "%": false} {
		got, err := b.FindUser(b.ctx, name)
		if found := err == nil; found != want || found && got != made {
			t.Errorf("%q: %+v, %v", name, got, err)
		}
		if !want && !errors.Is(err, auth.ErrNoUser) {
			t.Errorf("%q: %v", name, err)
		}
	}
	_, err := b.CreateUser(b.ctx, auth.User{Name: "ANNA", Role: auth.Admin, Hash: "x"})
	if !errors.Is(err, auth.ErrNameTaken) {
		t.Errorf("the same name again: %v", err)
	}
	if _, err := b.CreateUser(b.ctx, auth.User{Name: "a b", Role: auth.Admin, Hash: "x"}); err == nil {
		t.Error("a name with a space was taken")
	}
	if list, err := b.ListUsers(b.ctx); err != nil || len(list) != 1 || list[0].Name != "Anna" {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestThereIsOneFirstUser(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := auth.User{Name: "first", Role: auth.Admin, Hash: "x"}
	if _, err := b.CreateFirstUser(b.ctx, first); err != nil {
		t.Fatal(err)
	}
	first.Name = "second"
	if _, err := b.CreateFirstUser(b.ctx, first); !errors.Is(err, auth.ErrNotFirst) {
		t.Errorf("a second first user: %v", err)
	}
}

func TestChangesOfAUserReachTheSessions(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(b *bundle, id int64) error
		ends   bool
	}{
		"another password": {func(b *bundle, id int64) error { return b.SetPassword(b.ctx, id, "y") }, true},
		"disabled":         {func(b *bundle, id int64) error { return b.EnableUser(b.ctx, id, false) }, true},
		"enabled":          {func(b *bundle, id int64) error { return b.EnableUser(b.ctx, id, true) }, false},
		"another role":     {func(b *bundle, id int64) error { return b.SetRole(b.ctx, id, auth.Viewer) }, false},
		"signed in":        {func(b *bundle, id int64) error { return b.SignedIn(b.ctx, id, "z") }, false},
	} {
		b := setup(t)
		u, other := b.user("anna", auth.Admin), b.user("bert", auth.Viewer)
		b.session(u, "one")
		b.session(u, "two")
		b.session(other, "three")
		if err := tt.change(b, u.ID); err != nil {
			t.Fatal(err)
		}
		if b.lives("one") == tt.ends || b.lives("two") == tt.ends || !b.lives("three") {
			t.Errorf("%s: lives %t, %t; another's %t", name, b.lives("one"), b.lives("two"),
				b.lives("three"))
		}
		if err := tt.change(b, 99); !errors.Is(err, auth.ErrNoUser) {
			t.Errorf("%s of nobody: %v", name, err)
		}
	}
}

func TestARoleIsInForceAtTheNextRequest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	u := b.user("anna", auth.Admin)
	b.session(u, "one")
	if err := b.SetRole(b.ctx, u.ID, auth.Viewer); err != nil {
		t.Fatal(err)
	}
	s, ok, err := b.FindSession(b.ctx, hashOf("one"))
	if err != nil || !ok || s.User.Role != auth.Viewer || s.User.Name != "anna" ||
		s.Address != "192.0.2.1" || s.Agent != "Browser" {
		t.Errorf("%+v, %t, %v", s, ok, err)
	}
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	b := setup(t)
	u := b.user("anna", auth.Admin)
	b.session(u, "idle")
	b.session(u, "busy")
	for range 5 { // every six days, until the life is over
		if !b.lives("busy") {
			t.Fatal("a session that is used has ended")
		}
		b.clock.add(6 * 24 * time.Hour)
	}
	if b.lives("idle") || b.lives("busy") {
		t.Errorf("after 30 days: idle %t, busy %t", b.lives("idle"), b.lives("busy"))
	}
	if n, err := b.DropSessions(b.ctx); n != 2 || err != nil {
		t.Errorf("dropped %d, %v", n, err)
	}
	b.session(u, "fresh")
	if n, err := b.DropSessions(b.ctx); n != 0 || err != nil || !b.lives("fresh") {
		t.Errorf("dropped %d, %v", n, err)
	}
}

func TestSessionsAreEndedByTheirOwnersOnly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, bert := b.user("anna", auth.Admin), b.user("bert", auth.Viewer)
	b.session(anna, "one")
	b.clock.add(time.Minute)
	b.session(anna, "two")
	list, err := b.ListSessions(b.ctx, anna.ID)
	if err != nil || len(list) != 2 || list[0].Hash != hashOf("two") {
		t.Fatalf("%+v, %v", list, err)
	}
	if err := b.EndUserSession(b.ctx, bert.ID, list[0].ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("another's session: %v", err)
	}
	if err := b.EndUserSession(b.ctx, anna.ID, list[0].ID); err != nil || b.lives("two") {
		t.Errorf("one's own session: %v, lives %t", err, b.lives("two"))
	}
	if err := b.EndSession(b.ctx, hashOf("one")); err != nil || b.lives("one") {
		t.Errorf("by its hash: %v, lives %t", err, b.lives("one"))
	}
}

// TestOtherSessionsAreEnded keeps the one that asks, and everybody else's.
func TestOtherSessionsAreEnded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, bert := b.user("anna", auth.Admin), b.user("bert", auth.Viewer)
	for _, token := range []string{"one", "two", "three"} {
		b.session(anna, token)
		b.clock.add(time.Minute)
	}
	b.session(bert, "bert's")
	list, err := b.ListSessions(b.ctx, anna.ID)
	if err != nil || len(list) != 3 {
		t.Fatalf("%+v, %v", list, err)
	}
	for range 2 { // the second time there are none, and nothing is written down
		ctx := Audited(b.ctx, auth.Entry{Who: "anna", Role: auth.Admin, Action: auth.ActSessionsEnd})
		if err := b.EndOtherSessions(ctx, anna.ID, list[1].ID); err != nil {
			t.Fatal(err)
		}
	}
	if b.lives("one") || !b.lives("two") || b.lives("three") || !b.lives("bert's") {
		t.Errorf("one %t, two %t, three %t, bert's %t", b.lives("one"), b.lives("two"),
			b.lives("three"), b.lives("bert's"))
	}
	lines, _, err := b.ListAudit(b.ctx, auth.AuditFilter{Action: auth.ActSessionsEnd}, task.Page{Limit: 9})
	if err != nil || len(lines) != 1 {
		t.Errorf("%+v, %v", lines, err)
	}
}

func TestTheAuditTrail(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bounds.auditRows = 10
	long := strings.Repeat("长", 300)
	for i := range 25 {
		e := auth.Entry{Who: "anna", Role: auth.Admin, Address: "::1", Action: auth.ActRetry,
			Subject: "kie/t-1", Detail: long}
		if i%2 == 0 {
			e.Who, e.Action = "", auth.ActSignInFailed
		}
		if err := b.AddAudit(b.ctx, e); err != nil {
			t.Fatal(err)
		}
	}
	for name, tt := range map[string]struct {
		filter auth.AuditFilter
		want   int
	}{
		"all":      {auth.AuditFilter{}, 25},
		"anna":     {auth.AuditFilter{Who: "anna"}, 12},
		"failures": {auth.AuditFilter{Action: auth.ActSignInFailed}, 13},
		"both":     {auth.AuditFilter{Who: "anna", Action: auth.ActSignInFailed}, 0},
	} {
		seen, before := 0, int64(0)
		for {
			list, next, err := b.ListAudit(b.ctx, tt.filter, task.Page{Limit: 7, Before: before})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range list {
				if before != 0 && e.ID >= before || e.At.IsZero() || len(e.Detail) > 210 {
					t.Errorf("%s: %+v after %d", name, e, before)
				}
				seen++
				before = e.ID
			}
			if next == 0 {
				break
			}
		}
		if seen != tt.want {
			t.Errorf("%s: %d lines, want %d", name, seen, tt.want)
		}
	}
	if n, err := b.DropAudit(b.ctx); n != 15 || err != nil {
		t.Errorf("dropped %d, %v", n, err)
	}
	if list, _, err := b.ListAudit(b.ctx, auth.AuditFilter{}, task.Page{Limit: 50}); err != nil ||
		len(list) != 10 || list[0].ID != 25 {
		t.Errorf("%d left, %v", len(list), err)
	}
}

// TestTokensFromBeforeScopesCanRegister opens a database that knew of no scopes.
func TestTokensFromBeforeScopesCanRegister(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.migrations().DownTo(b.ctx, 9); err != nil {
		t.Fatal(err)
	}
	err := b.write.Exec("INSERT INTO api_tokens (name, hash, created_at) VALUES ('old', ?, 1)",
		hashToken("secret")).Error
	if err == nil {
		_, err = b.migrations().Up(b.ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	token, ok, err := b.FindAPIToken(b.ctx, "secret")
	if err != nil || !ok || !token.May(auth.ScopeRegister) || token.May(auth.ScopeRead) {
		t.Errorf("%+v, %t, %v", token, ok, err)
	}
}
