package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/alexedwards/scs/v2"
)

// How long a session lasts: without a request, and at all.
const (
	SessionIdle = 7 * 24 * time.Hour
	SessionLife = 30 * 24 * time.Hour
)

// Session is a browser in which somebody is signed in.
type Session struct {
	ID         int64
	Hash       string // of the token in the cookie, which is not kept
	User       User   // without the password's hash
	CreatedAt  time.Time
	LastSeenAt time.Time
	ExpiresAt  time.Time
	Address    string
	Agent      string // what the browser calls itself, cut to maxAgent
}

// Sessions keep who is signed in.
type Sessions interface {
	// FindSession returns the session whose token has this hash, unless it or its user has come
	// to an end, and notes that it was seen.
	FindSession(ctx context.Context, hash string) (Session, bool, error)
	SaveSession(ctx context.Context, s Session) error
	EndSession(ctx context.Context, hash string) error
}

// The keys of a session's values in the session manager.
const (
	KeySession = "session" // number of the session
	KeyUser    = "user"    // number of the user
	KeyName    = "name"
	KeyRole    = "role"
	KeyAddress = "address"
	KeyAgent   = "agent"
)

// maxAgent is how much of a browser's name is kept, in bytes.
const maxAgent = 200

// SessionStore lets the session manager keep its sessions as rows that can be listed and ended.
// Of a session it keeps no more than Session has; name and role are read with it each time, so
// that a change of the user is in force at the next request.
type SessionStore struct{ Sessions Sessions }

var _ scs.CtxStore = SessionStore{}

// FindCtx implements scs.CtxStore.
func (s SessionStore) FindCtx(ctx context.Context, hash string) ([]byte, bool, error) {
	found, ok, err := s.Sessions.FindSession(ctx, hash)
	if err != nil || !ok {
		return nil, false, err
	}
	data, err := json.Marshal(sessionData{Deadline: found.ExpiresAt, Session: found.ID,
		User: found.User.ID, Name: found.User.Name, Role: string(found.User.Role),
		Address: found.Address, Agent: found.Agent})
	return data, err == nil, err
}

// CommitCtx implements scs.CtxStore.
func (s SessionStore) CommitCtx(
	ctx context.Context, hash string, data []byte, expiry time.Time,
) error {
	var d sessionData
	if err := json.Unmarshal(data, &d); err != nil {
		return fmt.Errorf("read session: %w", err)
	}
	return s.Sessions.SaveSession(ctx, Session{Hash: hash, User: User{ID: d.User},
		ExpiresAt: expiry, Address: d.Address, Agent: d.Agent[:min(len(d.Agent), maxAgent)]})
}

// DeleteCtx implements scs.CtxStore.
func (s SessionStore) DeleteCtx(ctx context.Context, hash string) error {
	return s.Sessions.EndSession(ctx, hash)
}

// errNoContext says that the session manager did not use the methods with a context.
var errNoContext = errors.New("sessions need a context")

// Find implements scs.Store.
func (SessionStore) Find(string) ([]byte, bool, error) { return nil, false, errNoContext }

// Commit implements scs.Store.
func (SessionStore) Commit(string, []byte, time.Time) error { return errNoContext }

// Delete implements scs.Store.
func (SessionStore) Delete(string) error { return errNoContext }

// sessionData is a session on its way between manager and store.
type sessionData struct {
	Deadline                   time.Time
	Session, User              int64
	Name, Role, Address, Agent string
}

// SessionCodec writes a session's values for SessionStore and reads them.
type SessionCodec struct{}

// Encode implements scs.Codec.
func (SessionCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	d := sessionData{Deadline: deadline}
	d.User, _ = values[KeyUser].(int64)
	d.Address, _ = values[KeyAddress].(string)
	d.Agent, _ = values[KeyAgent].(string)
	return json.Marshal(d)
}

// Decode implements scs.Codec.
func (SessionCodec) Decode(data []byte) (time.Time, map[string]any, error) {
	var d sessionData
	if err := json.Unmarshal(data, &d); err != nil {
		return time.Time{}, nil, fmt.Errorf("read session: %w", err)
	}
	return d.Deadline, map[string]any{KeySession: d.Session, KeyUser: d.User, KeyName: d.Name,
		KeyRole: d.Role, KeyAddress: d.Address, KeyAgent: d.Agent}, nil
}
