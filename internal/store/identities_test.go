package store

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/auth"
)

// from is somebody for whom a provider vouches.
func from(subject, name string, role auth.Role) auth.Identity {
	return auth.Identity{Issuer: "https://id.example.com", Subject: subject, Name: name,
		Host: "id.example.com", Role: role}
}

func (b *bundle) admit(id auth.Identity) Admission {
	b.t.Helper()
	a, err := b.AdmitIdentity(b.ctx, id)
	if err != nil {
		b.t.Fatal(err)
	}
	return a
}

func TestAnIdentityIsOneUserWhateverItIsCalled(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.admit(from("1", "anna", auth.Viewer))
	if !first.Created || first.Changed || first.User.Hash != "" || first.User.Name != "anna" {
		t.Errorf("%+v", first)
	}
	b.session(first.User, "hers")
	b.clock.add(time.Hour)
	again := b.admit(from("1", "root", auth.Admin))
	if again.Created || !again.Changed || again.User.ID != first.User.ID ||
		again.User.Name != "anna" || again.User.Role != auth.Admin ||
		!again.User.LastSignInAt.Equal(b.clock.Now().Truncate(time.Microsecond)) {
		t.Errorf("%+v", again)
	}
	if a := b.admit(from("1", "anna", auth.Admin)); a.Changed {
		t.Error("the role is said to have changed")
	}
	found, err := b.FindIdentity(b.ctx, "https://id.example.com", "1")
	if err != nil || found != again.User {
		t.Errorf("%+v, %v", found, err)
	}
	if err := b.EnableUser(b.ctx, first.User.ID, false); err != nil {
		t.Fatal(err)
	}
	if _, err := b.AdmitIdentity(b.ctx, from("1", "anna", auth.Admin)); b.lives("hers") ||
		!errors.Is(err, auth.ErrDisabled) {
		t.Errorf("disabled: %v", err)
	}
}

func TestIssuersDoNotShareSubjectsOrNames(t *testing.T) {
	t.Parallel()
	b := setup(t)
	local := b.user("anna", auth.Admin)
	other := from("1", "ANNA", auth.Viewer)
	other.Issuer, other.Host = "https://"+strings.Repeat("long.", 20)+"example.com",
		strings.Repeat("long.", 20)+"example.com"
	for want, id := range map[string]auth.Identity{
		"anna@id.example.com": from("1", "anna", auth.Viewer), "ANNA@elsewhere": other,
	} {
		if a := b.admit(id); a.User.Name != want || a.User.ID == local.ID {
			t.Errorf("%+v, want %s", a.User, want)
		}
	}
	if a := b.admit(from("2", "Anna", auth.Viewer)); a.User.Name != "Anna@id.example.com-2" {
		t.Errorf("%+v", a.User)
	}
	for _, none := range [][2]string{{"", ""}, {"https://id.example.com", "3"}, {"", "1"}} {
		if _, err := b.FindIdentity(b.ctx, none[0], none[1]); !errors.Is(err, auth.ErrNoUser) {
			t.Errorf("%v: %v", none, err)
		}
	}
}

func TestAnIdentityGetsNoPassword(t *testing.T) {
	t.Parallel()
	b := setup(t)
	u := b.admit(from("1", "anna", auth.Viewer)).User
	if err := b.SetPassword(b.ctx, u.ID, "$hash"); !errors.Is(err, auth.ErrElsewhere) {
		t.Error(err)
	}
	if u, err := b.FindUser(b.ctx, "anna"); err != nil || u.Hash != "" {
		t.Errorf("%+v, %v", u, err)
	}
}
