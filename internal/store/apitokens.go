package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/task"
)

type apiTokenRow struct {
	ID         int64 `gorm:"primaryKey"`
	Name       string
	Hash       string
	CreatedAt  int64 `gorm:"autoCreateTime:false"`
	LastUsedAt int64
	Scopes     string
}

func (r *apiTokenRow) token() auth.APIToken {
	// One that a newer program gave a scope unknown here has those that are known.
	scopes, _ := auth.ParseScopes(strings.Split(r.Scopes, ","))
	return auth.APIToken{ID: r.ID, Name: r.Name, Scopes: scopes,
		CreatedAt: fromMicros(r.CreatedAt), LastUsedAt: fromMicros(r.LastUsedAt)}
}

func (apiTokenRow) TableName() string { return "api_tokens" }

// A token is random and long, so that a plain hash is enough: there is nothing to guess.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// AddAPIToken stores a token for the API under a name. Only its hash is kept.
func (s *Store) AddAPIToken(
	ctx context.Context, name, token string, scopes ...auth.Scope,
) error {
	if err := task.CheckTokenName(name); err != nil {
		return err
	}
	row := apiTokenRow{Name: name, Hash: hashToken(token), CreatedAt: micros(s.now()),
		Scopes: auth.JoinScopes(scopes)}
	err := s.inTx(ctx, func(tx *gorm.DB) error { return tx.Create(&row).Error })
	if err != nil {
		return fmt.Errorf("add API token: %w", err)
	}
	return nil
}

// usedEvery is how exactly the last use of a token is noted: a busy one need not cost a write
// with every request.
const usedEvery = time.Minute

// FindAPIToken returns what a token is good for, if it is valid, and notes that it was used.
func (s *Store) FindAPIToken(ctx context.Context, token string) (auth.APIToken, bool, error) {
	var rows []apiTokenRow
	err := s.read.WithContext(ctx).Where("hash = ?", hashToken(token)).Limit(1).Find(&rows).Error
	if err != nil {
		return auth.APIToken{}, false, fmt.Errorf("find API token: %w", err)
	}
	if len(rows) == 0 {
		return auth.APIToken{}, false, nil
	}
	now := s.now()
	if now.Sub(fromMicros(rows[0].LastUsedAt)) >= usedEvery {
		// On a full disk this fails, and there is still something to be read.
		_ = s.write.WithContext(ctx).Model(&apiTokenRow{}).Where("id = ?", rows[0].ID).
			UpdateColumn("last_used_at", micros(now)).Error
	}
	return rows[0].token(), true, nil
}

// ListAPITokens returns the tokens, the oldest first.
func (s *Store) ListAPITokens(ctx context.Context) ([]auth.APIToken, error) {
	var rows []apiTokenRow
	if err := s.read.WithContext(ctx).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list API tokens: %w", err)
	}
	tokens := make([]auth.APIToken, len(rows))
	for i := range rows {
		tokens[i] = rows[i].token()
	}
	return tokens, nil
}

// RemoveAPIToken makes a token invalid, or returns ErrNotFound.
func (s *Store) RemoveAPIToken(ctx context.Context, id int64) error {
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		return someDeleted(tx.Delete(&apiTokenRow{}, id))
	})
	if err != nil {
		return fmt.Errorf("remove API token %d: %w", id, err)
	}
	return nil
}
