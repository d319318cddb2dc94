package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/reelback/reelback/internal/task"
)

type sourceRow struct {
	Name      string `gorm:"primaryKey"`
	Provider  string
	Product   string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

func (sourceRow) TableName() string { return "sources" }

// EnsureSources adds the sources that are missing, each with a token from newToken.
func (s *Store) EnsureSources(
	ctx context.Context, sources []task.Source, newToken func() string,
) error {
	now := micros(s.now())
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		for _, src := range sources {
			row := sourceRow{Name: src.Name, Provider: src.Provider, Product: src.Product,
				CreatedAt: now}
			res := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
			if res.Error != nil {
				return res.Error
			}
			if res.RowsAffected == 0 {
				continue
			}
			token := tokenRow{Source: src.Name, Name: task.FirstToken, Token: newToken(),
				CreatedAt: now}
			if err := tx.Create(&token).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("add sources: %w", err)
	}
	return nil
}

// ListSources returns every source with its valid tokens, in each the one to give out first.
func (s *Store) ListSources(ctx context.Context) ([]task.Source, error) {
	var rows []sourceRow
	if err := s.read.WithContext(ctx).Order("created_at, name").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list sources: %w", err)
	}
	tokens, err := s.ListSourceTokens(ctx, "")
	if err != nil {
		return nil, err
	}
	now := s.now()
	sources := make([]task.Source, len(rows))
	for i, r := range rows {
		sources[i] = task.Source{Name: r.Name, Provider: r.Provider, Product: r.Product}
		for _, t := range tokens {
			if t.Source == r.Name && t.Valid(now) {
				sources[i].Tokens = append(sources[i].Tokens, t)
			}
		}
	}
	return sources, nil
}
