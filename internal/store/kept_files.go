package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/reelback/reelback/internal/task"
)

// KeptFile is a file that is to be on disk: an asset's, or a cover that was made here.
type KeptFile struct {
	Task  int64
	Role  task.Role
	Index int `gorm:"column:idx"`
	Path  string
	Bytes int64
	Made  bool
}

// KeptFiles returns files that are to be on disk, in the order of their paths from after one on.
func (s *Store) KeptFiles(ctx context.Context, after string, limit int) (
	files []KeptFile, err error,
) {
	return s.keptFiles(ctx, "> @path", after, limit)
}

// KeptFile returns the file that is to be on disk under a path, if any is.
func (s *Store) KeptFile(ctx context.Context, path string) (KeptFile, bool, error) {
	files, err := s.keptFiles(ctx, "= @path", path, 1)
	if err != nil || len(files) == 0 {
		return KeptFile{}, false, err
	}
	return files[0], true, nil
}

func (s *Store) keptFiles(ctx context.Context, which, path string, limit int) (
	files []KeptFile, err error,
) {
	for _, from := range []string{
		"task, role, idx, path, bytes, FALSE AS made FROM assets",
		"task, 'cover' AS role, 0 AS idx, path, bytes, TRUE AS made FROM made_covers",
	} {
		var some []KeptFile
		err = s.read.WithContext(ctx).Raw("SELECT "+from+" WHERE path <> '' AND path "+which+
			" ORDER BY path LIMIT @limit", map[string]any{"path": path, "limit": limit}).
			Find(&some).Error
		if err != nil {
			return nil, fmt.Errorf("list files that are kept: %w", err)
		}
		files = append(files, some...)
	}
	slices.SortFunc(files, func(a, b KeptFile) int { return cmp.Compare(a.Path, b.Path) })
	return files[:min(len(files), limit)], nil
}

// sampleReach is how many assets are looked at for one that is saved.
const sampleReach = 64

// SampleFiles returns up to n saved files from all over, no two the same: the nearest ones to tasks
// that random picks from so many.
func (s *Store) SampleFiles(ctx context.Context, n int, random func(n int64) int64) (
	[]KeptFile, error,
) {
	db, seen := s.read.WithContext(ctx), make(map[string]bool)
	var sample []KeptFile
	for range n {
		var found []KeptFile
		err := db.Raw(`SELECT task, role, idx, path, bytes, FALSE AS made FROM
				(SELECT * FROM assets WHERE task >= ? ORDER BY task, role, idx LIMIT ?)
			WHERE state = 'saved' LIMIT 1`,
			1+random(max(s.lastTask.Load(), 1)), sampleReach).Find(&found).Error
		if err != nil {
			return nil, fmt.Errorf("pick saved files: %w", err)
		}
		if len(found) == 1 && !seen[found[0].Path] {
			seen[found[0].Path] = true
			sample = append(sample, found[0])
		}
	}
	return sample, nil
}
