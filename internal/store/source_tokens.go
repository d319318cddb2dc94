package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/task"
)

// endedKept is how long a token that has ended is still listed, for who wonders what became of it.
const endedKept = 30 * 24 * time.Hour

// tokenRow is a token of a source. It is kept as it is, not as a hash: the callback address must
// be there to be given out again.
type tokenRow struct {
	ID         int64 `gorm:"primaryKey"`
	Source     string
	Name       string
	Token      string
	CreatedAt  int64 `gorm:"autoCreateTime:false"`
	ExpiresAt  int64
	LastUsedAt int64
}

func (tokenRow) TableName() string { return "source_tokens" }

func (r *tokenRow) token() task.SourceToken {
	return task.SourceToken{ID: r.ID, Source: r.Source, Name: r.Name, Token: r.Token,
		CreatedAt: fromMicros(r.CreatedAt), ExpiresAt: fromMicros(r.ExpiresAt),
		LastUsedAt: fromMicros(r.LastUsedAt)}
}

// ListSourceTokens returns the tokens of a source, or of all for "", those that have ended lately
// included; in each source the one to give out comes first.
func (s *Store) ListSourceTokens(ctx context.Context, source string) ([]task.SourceToken, error) {
	return listTokens(s.read.WithContext(ctx), source)
}

func listTokens(db *gorm.DB, source string) ([]task.SourceToken, error) {
	if source != "" {
		db = db.Where("source = ?", source)
	}
	var rows []tokenRow
	if err := db.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list source tokens: %w", err)
	}
	tokens := make([]task.SourceToken, len(rows))
	for i := range rows {
		tokens[i] = rows[i].token()
	}
	task.SortTokens(tokens)
	return tokens, nil
}

// CreateSourceToken adds a token to a source. It returns ErrNotFound where there is no such source,
// and a *task.NameTakenError where that has a valid token of this name.
func (s *Store) CreateSourceToken(ctx context.Context, source, name, token string) (
	made task.SourceToken, err error,
) {
	if err := task.CheckTokenName(name); err != nil {
		return task.SourceToken{}, err
	}
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		if err := findSource(tx, source); err != nil {
			return err
		}
		tokens, err := listTokens(tx, source)
		if err == nil {
			err = task.CheckNewName(tokens, source, name, s.now())
		}
		if err != nil {
			return err
		}
		made, err = addToken(tx, source, name, token, s.now())
		return err
	})
	if err != nil {
		return task.SourceToken{}, fmt.Errorf("create source token: %w", err)
	}
	return made, nil
}

// RotateSourceToken adds a token and ends those it replaces, which it returns with their ends. It
// returns ErrNotFound where there is no such source, or no such valid token of it.
func (s *Store) RotateSourceToken(ctx context.Context, r task.Rotation) (
	made task.SourceToken, old []task.SourceToken, err error,
) {
	if err := r.Check(); err != nil {
		return task.SourceToken{}, nil, err
	}
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		if err := findSource(tx, r.Source); err != nil {
			return err
		}
		made, old, err = s.rotate(tx, r)
		amendAudit(ctx, func(e *auth.Entry) { e.Detail = made.Name })
		return err
	})
	if err != nil {
		return task.SourceToken{}, nil, fmt.Errorf("rotate source token: %w", err)
	}
	return made, old, nil
}

func (s *Store) rotate(tx *gorm.DB, r task.Rotation) (
	made task.SourceToken, old []task.SourceToken, err error,
) {
	now := s.now()
	tokens, err := listTokens(tx, r.Source)
	if err != nil {
		return made, nil, err
	}
	old = r.Replaced(tokens, now)
	switch {
	case r.Only != 0 && len(old) == 0:
		return made, nil, fmt.Errorf("valid token %d of %s: %w", r.Only, r.Source, ErrNotFound)
	case r.Name == "" && len(old) > 0:
		r.Name = old[0].Name
	case r.Name == "":
		r.Name = task.FirstToken
	}
	if err := r.CheckName(tokens, old); err != nil {
		return made, nil, err
	}
	for i := range old {
		end := micros(old[i].ExpiresAt)
		old[i].ExpiresAt = fromMicros(end) // as it is kept
		err := tx.Model(&tokenRow{}).Where("id = ?", old[i].ID).
			UpdateColumn("expires_at", end).Error
		if err != nil {
			return made, nil, err
		}
	}
	err = tx.Where("source = ? AND expires_at > 0 AND expires_at <= ?", r.Source,
		micros(now.Add(-endedKept))).Delete(&tokenRow{}).Error
	if err != nil {
		return made, nil, err
	}
	made, err = addToken(tx, r.Source, r.Name, r.Token, now)
	return made, old, err
}

// RevokeSourceToken removes a token at once and returns it. It returns ErrNotFound where the
// source has none of this number, and task.ErrLastToken where it would be left without a token
// that lasts, unless that is meant.
func (s *Store) RevokeSourceToken(ctx context.Context, source string, id int64, evenLast bool) (
	revoked task.SourceToken, err error,
) {
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		tokens, err := listTokens(tx, source)
		if err != nil {
			return err
		}
		for _, t := range tokens {
			if t.ID == id && t.Source == source {
				revoked = t
			}
		}
		switch {
		case revoked.ID == 0:
			return fmt.Errorf("token %d of %s: %w", id, source, ErrNotFound)
		case !evenLast && task.IsLast(tokens, revoked, s.now()):
			return task.ErrLastToken
		}
		amendAudit(ctx, func(e *auth.Entry) { e.Detail = revoked.Name })
		return tx.Delete(&tokenRow{}, id).Error
	})
	if err != nil {
		return task.SourceToken{}, fmt.Errorf("revoke source token: %w", err)
	}
	return revoked, nil
}

// NoteTokenUses notes when tokens were last used, by their numbers. A use that is older than the
// one known, or of a token that has been revoked, changes nothing.
func (s *Store) NoteTokenUses(ctx context.Context, uses map[int64]time.Time) error {
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		for id, at := range uses {
			err := tx.Model(&tokenRow{}).Where("id = ? AND last_used_at < ?", id, micros(at)).
				UpdateColumn("last_used_at", micros(at)).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("note the use of source tokens: %w", err)
	}
	return nil
}

func findSource(tx *gorm.DB, name string) error {
	var n int64
	if err := tx.Model(&sourceRow{}).Where("name = ?", name).Count(&n).Error; err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("source %q: %w", name, ErrNotFound)
	}
	return nil
}

func addToken(tx *gorm.DB, source, name, token string, now time.Time) (task.SourceToken, error) {
	row := tokenRow{Source: source, Name: name, Token: token, CreatedAt: micros(now)}
	if err := tx.Create(&row).Error; err != nil {
		return task.SourceToken{}, err
	}
	return row.token(), nil
}
