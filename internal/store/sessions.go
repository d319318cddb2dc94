package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/reelback/reelback/internal/auth"
)

// sessionRow is a browser that is signed in.
type sessionRow struct {
	ID         int64 `gorm:"primaryKey"`
	Hash       string
	User       int64
	CreatedAt  int64 `gorm:"autoCreateTime:false"`
	LastSeenAt int64
	ExpiresAt  int64
	RemoteAddr string
	UserAgent  string
}

func (sessionRow) TableName() string { return "sessions" }

// sessionView is a session with what is needed of its user.
type sessionView struct {
	Row  sessionRow `gorm:"embedded"`
	Name string
	Role string
}

func (v *sessionView) session() auth.Session {
	r := v.Row
	return auth.Session{ID: r.ID, Hash: r.Hash,
		User:      auth.User{ID: r.User, Name: v.Name, Role: auth.Role(v.Role)},
		CreatedAt: fromMicros(r.CreatedAt), LastSeenAt: fromMicros(r.LastSeenAt),
		ExpiresAt: fromMicros(r.ExpiresAt), Address: r.RemoteAddr, Agent: r.UserAgent}
}

// living selects the sessions that have not ended, of users who may sign in.
func (s *Store) living(ctx context.Context) *gorm.DB {
	now := s.now()
	return s.read.WithContext(ctx).Table("sessions").
		Select("sessions.*, users.name, users.role").
		Joins("JOIN users ON users.id = sessions.user AND users.disabled_at = 0").
		Where("sessions.expires_at > ? AND sessions.last_seen_at > ?", micros(now),
			micros(now.Add(-auth.SessionIdle)))
}

// FindSession returns the living session whose token has this hash, and notes that it was seen:
// not more often than every minute, so that reading pages need not wait for a disk.
func (s *Store) FindSession(ctx context.Context, hash string) (auth.Session, bool, error) {
	var found []sessionView
	err := s.living(ctx).Where("sessions.hash = ?", hash).Limit(1).Find(&found).Error
	if err != nil {
		return auth.Session{}, false, fmt.Errorf("find session: %w", err)
	}
	if len(found) == 0 {
		return auth.Session{}, false, nil
	}
	now := s.now()
	if now.Sub(fromMicros(found[0].Row.LastSeenAt)) >= usedEvery {
		// On a full disk this fails, and pages are to be read all the same.
		_ = s.write.WithContext(ctx).Model(&sessionRow{}).Where("id = ?", found[0].Row.ID).
			UpdateColumn("last_seen_at", micros(now)).Error
	}
	return found[0].session(), true, nil
}

// SaveSession keeps a session, or what has changed of it.
func (s *Store) SaveSession(ctx context.Context, session auth.Session) error {
	now := micros(s.now())
	row := sessionRow{Hash: session.Hash, User: session.User.ID, CreatedAt: now, LastSeenAt: now,
		ExpiresAt: micros(session.ExpiresAt), RemoteAddr: session.Address,
		UserAgent: session.Agent}
	err := s.write.WithContext(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "hash"}},
		DoUpdates: clause.AssignmentColumns([]string{"expires_at", "last_seen_at"}),
	}).Create(&row).Error
	if err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	return nil
}

// ListSessions returns the living sessions of a user, the latest seen first.
func (s *Store) ListSessions(ctx context.Context, user int64) ([]auth.Session, error) {
	var found []sessionView
	err := s.living(ctx).Where("sessions.user = ?", user).
		Order("sessions.last_seen_at DESC, sessions.id DESC").Find(&found).Error
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	sessions := make([]auth.Session, len(found))
	for i := range found {
		sessions[i] = found[i].session()
	}
	return sessions, nil
}

// EndSession ends the session whose token has this hash. It is no error if there is none.
func (s *Store) EndSession(ctx context.Context, hash string) error {
	err := s.write.WithContext(ctx).Where("hash = ?", hash).Delete(&sessionRow{}).Error
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// EndUserSession ends a session of a user by its number, or returns ErrNotFound.
func (s *Store) EndUserSession(ctx context.Context, user, id int64) error {
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		return someDeleted(tx.Where("id = ? AND user = ?", id, user).Delete(&sessionRow{}))
	})
	if err != nil {
		return fmt.Errorf("end session %d: %w", id, err)
	}
	return nil
}

// EndOtherSessions ends all sessions of a user but the one of a number. Where there are no others,
// nothing is written into the audit trail.
func (s *Store) EndOtherSessions(ctx context.Context, user, kept int64) error {
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		res := tx.Where("user = ? AND id <> ?", user, kept).Delete(&sessionRow{})
		if res.Error == nil && res.RowsAffected == 0 {
			amendAudit(ctx, func(e *auth.Entry) { e.Action = "" })
		}
		return res.Error
	})
	if err != nil {
		return fmt.Errorf("end other sessions: %w", err)
	}
	return nil
}

// someDeleted returns ErrNotFound where there was nothing to delete.
func someDeleted(res *gorm.DB) error {
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrNotFound
	}
	return res.Error
}

// DropSessions removes sessions that have ended by themselves, and returns how many.
func (s *Store) DropSessions(ctx context.Context) (int64, error) {
	now := s.now()
	old := func(db *gorm.DB) *gorm.DB {
		return db.Where("expires_at <= ? OR last_seen_at <= ?", micros(now),
			micros(now.Add(-auth.SessionIdle)))
	}
	var some []int64 // looked for first: a round without any need not write
	err := old(s.read.WithContext(ctx).Model(&sessionRow{})).Limit(1).Pluck("id", &some).Error
	if err != nil || len(some) == 0 {
		return 0, err
	}
	res := old(s.write.WithContext(ctx)).Delete(&sessionRow{})
	if res.Error != nil {
		return 0, fmt.Errorf("drop sessions: %w", res.Error)
	}
	return res.RowsAffected, nil
}
