package store

import (
	"context"
	"fmt"

	"gorm.io/gorm/clause"
)

// droppedRow is a file that nothing shows any more.
type droppedRow struct {
	Path string `gorm:"primaryKey"`
}

func (droppedRow) TableName() string { return "dropped_files" }

// DropFile notes a file that is to be removed unless KeepCover names it, so that a program that
// dies between making it and keeping it leaves nothing behind.
func (s *Store) DropFile(ctx context.Context, path string) error {
	err := s.write.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).
		Create(&droppedRow{Path: path}).Error
	if err != nil {
		return fmt.Errorf("note a file to be removed: %w", err)
	}
	return nil
}

// DroppedFiles returns some of the files that nothing shows any more.
func (s *Store) DroppedFiles(ctx context.Context) (paths []string, err error) {
	err = s.read.WithContext(ctx).Model(&droppedRow{}).
		Where("path NOT IN (SELECT path FROM made_covers WHERE path <> '')").
		Order("path").Limit(100).Pluck("path", &paths).Error
	if err != nil {
		return nil, fmt.Errorf("list files to be removed: %w", err)
	}
	return paths, nil
}

// ForgetFile notes that a dropped file has been removed.
func (s *Store) ForgetFile(ctx context.Context, path string) error {
	err := s.write.WithContext(ctx).Where("path = ?", path).Delete(&droppedRow{}).Error
	if err != nil {
		return fmt.Errorf("forget a removed file: %w", err)
	}
	return nil
}
