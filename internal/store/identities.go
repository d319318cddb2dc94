package store

import (
	"context"
	"fmt"
	"strconv"
	"unicode/utf8"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/auth"
)

// noHash stands in the place of a password's hash where there is no password. It is no hash of
// any, and is not shown to anybody who compares hashes.
const noHash = "-"

// Admission says what became of a user whom somebody else vouches for.
type Admission struct {
	User    auth.User
	Created bool
	Changed bool // the role, which is that of the issuer
}

// FindIdentity returns the user whom an issuer knows by a subject, or auth.ErrNoUser.
func (s *Store) FindIdentity(ctx context.Context, issuer, subject string) (auth.User, error) {
	row, err := findIdentity(s.read.WithContext(ctx), issuer, subject)
	if err != nil {
		return auth.User{}, err
	}
	return row.user(), nil
}

func findIdentity(db *gorm.DB, issuer, subject string) (*userRow, error) {
	var rows []userRow
	err := db.Where("issuer = ? AND issuer <> '' AND subject = ?", issuer, subject).Limit(1).
		Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find identity: %w", err)
	}
	if len(rows) == 0 {
		return nil, auth.ErrNoUser
	}
	return &rows[0], nil
}

// AdmitIdentity lets somebody in for whom an issuer vouches, with the role it gives them. Who is
// new gets a name that nobody has, and keeps it. It returns auth.ErrDisabled for those who are.
func (s *Store) AdmitIdentity(ctx context.Context, id auth.Identity) (Admission, error) {
	var a Admission
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		now := micros(s.now())
		row, err := findIdentity(tx, id.Issuer, id.Subject)
		switch {
		case err == nil && row.DisabledAt != 0:
			return auth.ErrDisabled
		case err == nil:
			a.Changed = row.Role != string(id.Role)
			row.Role, row.LastSignInAt = string(id.Role), now
			a.User = row.user()
			if a.Changed {
				amendAudit(ctx, a.audit(auth.ActUserRole))
			}
			return tx.Model(&userRow{}).Where("id = ?", row.ID).UpdateColumns(
				map[string]any{"role": row.Role, "last_sign_in_at": now}).Error
		case err != auth.ErrNoUser:
			return err
		}
		name, err := freeName(tx, id)
		if err != nil {
			return err
		}
		fresh := userRow{Name: name, Role: string(id.Role), Hash: noHash, CreatedAt: now,
			LastSignInAt: now, Issuer: id.Issuer, Subject: id.Subject}
		err = tx.Create(&fresh).Error
		a.User, a.Created = fresh.user(), true
		amendAudit(ctx, a.audit(auth.ActUserCreate))
		return err
	})
	if err != nil {
		return Admission{}, fmt.Errorf("admit identity: %w", err)
	}
	return a, nil
}

// audit fills in the line of what an admission has changed.
func (a Admission) audit(action auth.Action) func(*auth.Entry) {
	return func(e *auth.Entry) {
		e.Action, e.Subject = action, a.User.Name
		e.Detail = string(a.User.Role) + ", " + a.User.Issuer
		if e.Who == "" { // who comes in does so themselves
			e.Who, e.Role = a.User.Name, a.User.Role
		}
	}
}

// freeName finds a name for a new user that no other has: their own, with where they come from
// where it is somebody's already, and with a number in the end.
func freeName(tx *gorm.DB, id auth.Identity) (string, error) {
	from := "@" + id.Host
	if utf8.RuneCountInString(from) > 40 {
		from = "@elsewhere"
	}
	for n := 0; n < 1000; n++ {
		suffix := ""
		switch {
		case n == 1:
			suffix = from
		case n > 1:
			suffix = from + "-" + strconv.Itoa(n)
		}
		name := auth.NameOf(suffix, id.Name, id.Subject)
		if _, err := findUser(tx, name); err == auth.ErrNoUser {
			return name, nil
		} else if err != nil {
			return "", err
		}
	}
	return "", auth.ErrNameTaken
}
