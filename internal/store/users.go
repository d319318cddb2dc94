package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/auth"
)

// userRow is somebody who may sign in.
type userRow struct {
	ID           int64 `gorm:"primaryKey"`
	Name         string
	Role         string
	Hash         string
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
	DisabledAt   int64
	LastSignInAt int64
	Issuer       string
	Subject      string
}

func (userRow) TableName() string { return "users" }

func (r *userRow) user() auth.User {
	hash := r.Hash
	if r.Issuer != "" {
		hash = ""
	}
	return auth.User{ID: r.ID, Name: r.Name, Role: auth.Role(r.Role), Hash: hash, Issuer: r.Issuer,
		CreatedAt: fromMicros(r.CreatedAt), DisabledAt: fromMicros(r.DisabledAt),
		LastSignInAt: fromMicros(r.LastSignInAt)}
}

// FindUser returns the user of a name, however its letters are written, or auth.ErrNoUser.
func (s *Store) FindUser(ctx context.Context, name string) (auth.User, error) {
	return findUser(s.read.WithContext(ctx), name)
}

func findUser(db *gorm.DB, name string) (auth.User, error) {
	var rows []userRow
	if err := db.Where("name = ?", name).Limit(1).Find(&rows).Error; err != nil {
		return auth.User{}, fmt.Errorf("find user: %w", err)
	}
	if len(rows) == 0 {
		return auth.User{}, auth.ErrNoUser
	}
	return rows[0].user(), nil
}

// HasUsers says whether there is any user, disabled ones included.
func (s *Store) HasUsers(ctx context.Context) (bool, error) {
	has, err := hasUsers(s.read.WithContext(ctx))
	if err != nil {
		return false, fmt.Errorf("look for users: %w", err)
	}
	return has, nil
}

func hasUsers(db *gorm.DB) (bool, error) {
	var ids []int64
	err := db.Model(&userRow{}).Limit(1).Pluck("id", &ids).Error
	return len(ids) > 0, err
}

// ListUsers returns the users by name, disabled ones included.
func (s *Store) ListUsers(ctx context.Context) ([]auth.User, error) {
	var rows []userRow
	if err := s.read.WithContext(ctx).Order("name").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	users := make([]auth.User, len(rows))
	for i := range rows {
		users[i] = rows[i].user()
	}
	return users, nil
}

// CreateUser adds a user, or returns auth.ErrNameTaken.
func (s *Store) CreateUser(ctx context.Context, u auth.User) (auth.User, error) {
	return s.createUser(ctx, u, false)
}

// CreateFirstUser adds a user where there is none, or returns auth.ErrNotFirst. Who makes the first
// account is signed in with that.
func (s *Store) CreateFirstUser(ctx context.Context, u auth.User) (auth.User, error) {
	return s.createUser(ctx, u, true)
}

func (s *Store) createUser(ctx context.Context, u auth.User, first bool) (auth.User, error) {
	if err := auth.CheckName(u.Name); err != nil {
		return auth.User{}, err
	}
	row := userRow{Name: u.Name, Role: string(u.Role), Hash: u.Hash, CreatedAt: micros(s.now())}
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		if first {
			row.LastSignInAt = row.CreatedAt
			if has, err := hasUsers(tx); err != nil || has {
				return orElse(err, auth.ErrNotFirst)
			}
		}
		if _, err := findUser(tx, u.Name); err == nil {
			return auth.ErrNameTaken
		}
		return tx.Create(&row).Error
	})
	if err != nil {
		return auth.User{}, fmt.Errorf("create user: %w", err)
	}
	return row.user(), nil
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// SignedIn notes that a user has signed in. A new hash replaces that of the password.
func (s *Store) SignedIn(ctx context.Context, id int64, newHash string) error {
	columns := map[string]any{"last_sign_in_at": micros(s.now())}
	if newHash != "" {
		columns["hash"] = newHash
	}
	return s.changeUser(ctx, id, columns, false)
}

// SetPassword gives a user another password and ends all of the user's sessions. It returns
// auth.ErrElsewhere for one who has none here.
func (s *Store) SetPassword(ctx context.Context, id int64, hash string) error {
	var elsewhere int64
	err := s.read.WithContext(ctx).Model(&userRow{}).Where("id = ? AND issuer <> ''", id).
		Count(&elsewhere).Error
	if err != nil || elsewhere > 0 {
		return fmt.Errorf("set password: %w", orElse(err, auth.ErrElsewhere))
	}
	return s.changeUser(ctx, id, map[string]any{"hash": hash}, true)
}

// SetRole gives a user another role, in force at the next request.
func (s *Store) SetRole(ctx context.Context, id int64, role auth.Role) error {
	return s.changeUser(ctx, id, map[string]any{"role": string(role)}, false)
}

// EnableUser lets a user sign in, or no longer; that ends all of the user's sessions.
func (s *Store) EnableUser(ctx context.Context, id int64, enabled bool) error {
	at := micros(s.now())
	if enabled {
		at = micros(time.Time{})
	}
	return s.changeUser(ctx, id, map[string]any{"disabled_at": at}, !enabled)
}

func (s *Store) changeUser(
	ctx context.Context, id int64, columns map[string]any, endSessions bool,
) error {
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		res := tx.Model(&userRow{}).Where("id = ?", id).UpdateColumns(columns)
		if res.Error == nil && res.RowsAffected == 0 {
			return auth.ErrNoUser
		}
		if res.Error != nil || !endSessions {
			return res.Error
		}
		return tx.Where("user = ?", id).Delete(&sessionRow{}).Error
	})
	if err != nil {
		return fmt.Errorf("change user: %w", err)
	}
	return nil
}
