package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

type apiTokenRow struct {
	ID         int64 `gorm:"primaryKey"`
	Name       string
	Hash       string
	CreatedAt  int64 `gorm:"autoCreateTime:false"`
	LastUsedAt int64
}

func (apiTokenRow) TableName() string { return "api_tokens" }

// A token is random and long, so that a plain hash is enough: there is nothing to guess.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// AddAPIToken stores a token for the API under a name. Only its hash is kept.
func (s *Store) AddAPIToken(ctx context.Context, name, token string) error {
	row := apiTokenRow{Name: name, Hash: hashToken(token), CreatedAt: micros(s.now())}
	if err := s.write.WithContext(ctx).Create(&row).Error; err != nil {
		return fmt.Errorf("add API token: %w", err)
	}
	return nil
}

// usedEvery is how exactly the last use of a token is noted: a busy one need not cost a write
// with every request.
const usedEvery = time.Minute

// CheckAPIToken says whether the token is valid, and notes that it was used.
func (s *Store) CheckAPIToken(ctx context.Context, token string) (bool, error) {
	var rows []apiTokenRow
	err := s.read.WithContext(ctx).Where("hash = ?", hashToken(token)).Limit(1).Find(&rows).Error
	if err != nil {
		return false, fmt.Errorf("check API token: %w", err)
	}
	if len(rows) == 0 {
		return false, nil
	}
	now := s.now()
	if now.Sub(fromMicros(rows[0].LastUsedAt)) >= usedEvery {
		err = s.write.WithContext(ctx).Model(&apiTokenRow{}).Where("id = ?", rows[0].ID).
			UpdateColumn("last_used_at", micros(now)).Error
	}
	return true, err
}

// APIToken is a token as it is listed: never the secret itself.
type APIToken struct {
	ID         int64
	Name       string
	CreatedAt  time.Time
	LastUsedAt time.Time // zero before the first use
}

// ListAPITokens returns the tokens, the oldest first.
func (s *Store) ListAPITokens(ctx context.Context) ([]APIToken, error) {
	var rows []apiTokenRow
	if err := s.read.WithContext(ctx).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list API tokens: %w", err)
	}
	tokens := make([]APIToken, len(rows))
	for i, r := range rows {
		tokens[i] = APIToken{ID: r.ID, Name: r.Name, CreatedAt: fromMicros(r.CreatedAt),
			LastUsedAt: fromMicros(r.LastUsedAt)}
	}
	return tokens, nil
}

// RemoveAPIToken makes a token invalid, or returns ErrNotFound.
func (s *Store) RemoveAPIToken(ctx context.Context, id int64) error {
	res := s.write.WithContext(ctx).Delete(&apiTokenRow{}, id)
	if res.Error != nil {
		return fmt.Errorf("remove API token: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return fmt.Errorf("API token %d: %w", id, ErrNotFound)
	}
	return nil
}
