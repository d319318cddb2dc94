package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/auth"
)

// UserByID returns the user of a number, or auth.ErrNoUser.
func (s *Store) UserByID(ctx context.Context, id int64) (auth.User, error) {
	return userByID(s.read.WithContext(ctx), id)
}

func userByID(db *gorm.DB, id int64) (auth.User, error) {
	var rows []userRow
	if err := db.Where("id = ?", id).Limit(1).Find(&rows).Error; err != nil {
		return auth.User{}, fmt.Errorf("find user: %w", err)
	}
	if len(rows) == 0 {
		return auth.User{}, auth.ErrNoUser
	}
	return rows[0].user(), nil
}

// ChangeRole is SetRole for pages: it returns auth.ErrLastAdmin where nobody would be left who
// could undo it.
func (s *Store) ChangeRole(ctx context.Context, id int64, role auth.Role) error {
	return s.keepAdmin(ctx, id, func(tx *gorm.DB) error {
		return tx.Model(&userRow{}).Where("id = ?", id).UpdateColumn("role", string(role)).Error
	})
}

// DisableUser is EnableUser's opposite for pages: it returns auth.ErrLastAdmin where nobody would
// be left who could undo it.
func (s *Store) DisableUser(ctx context.Context, id int64) error {
	at := micros(s.now())
	return s.keepAdmin(ctx, id, func(tx *gorm.DB) error {
		err := tx.Model(&userRow{}).Where("id = ? AND disabled_at = 0", id).
			UpdateColumn("disabled_at", at).Error
		if err != nil {
			return err
		}
		return tx.Where("user = ?", id).Delete(&sessionRow{}).Error
	})
}

// keepAdmin makes a change of a user, unless it takes away the last admin who may sign in.
func (s *Store) keepAdmin(ctx context.Context, id int64, change func(*gorm.DB) error) error {
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		before, err := userByID(tx, id)
		if err != nil {
			return err
		}
		if err := change(tx); err != nil {
			return err
		}
		if before.Role != auth.Admin || before.Disabled() {
			return nil
		}
		var left int64
		err = tx.Model(&userRow{}).Where("role = ? AND disabled_at = 0", string(auth.Admin)).
			Count(&left).Error
		if err == nil && left == 0 {
			return auth.ErrLastAdmin
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("change user: %w", err)
	}
	return nil
}
