package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// ErrClaimLost says that an asset is in other hands by now, so the news about it came too late.
var ErrClaimLost = errors.New("the claim on the asset was lost")

// Claimed is an asset somebody may save, with the task it belongs to.
type Claimed struct {
	Asset   task.Asset
	Task    task.Task
	Attempt task.Attempt // the one that begins with the claim
}

// urgentWithin is how close the end of a link must be for another attempt at it to go before
// files that have not been tried at all.
const urgentWithin = 2 * time.Hour

// considered is how many due assets are looked at for one whose host is not busy. It bounds a
// claim's time where one host has a long queue and the others none.
const considered = 256

// ClaimAsset takes the due asset whose link dies first, for the length of a lease, and begins an
// attempt at it. Files never tried go before those that failed and have time: else a few dead
// links would hold up all that is alive. Files of busy hosts are passed over. Without one that is
// due, ok is false and next is when the nearest will be, zero if none waits or all that are due
// are of busy hosts.
func (s *Store) ClaimAsset(ctx context.Context, lease time.Duration, busy ...string) (
	c Claimed, next time.Time, ok bool, err error,
) {
	now := s.now()
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		rows, blocked, err := claim(tx, now, now.Add(lease), busy)
		if err != nil {
			return fmt.Errorf("claim asset: %w", err)
		}
		if blocked {
			return nil
		}
		if len(rows) == 0 {
			next, err = nextDue(tx, now)
			return err
		}
		var owner taskRow
		if err := tx.Take(&owner, rows[0].Task).Error; err != nil {
			return fmt.Errorf("load the asset's task: %w", err)
		}
		c = Claimed{Asset: rows[0].asset(), Task: owner.task()}
		c.Attempt, err = s.beginAttempt(tx, c.Asset)
		ok = err == nil
		return err
	})
	return c, next, ok, err
}

// claim claims one asset: an urgent one, one never tried, or any, whichever is found first. It is
// blocked when all that are due are of busy hosts.
func claim(tx *gorm.DB, now, until time.Time, busy []string) (
	rows []assetRow, blocked bool, err error,
) {
	values := map[string]any{"now": micros(now), "until": micros(until),
		"urgent": micros(now.Add(urgentWithin))}
	for _, group := range []string{"expires_at BETWEEN 1 AND @urgent", "failures = 0", "TRUE"} {
		which := `SELECT task, role, idx FROM assets WHERE ` + dueNow + ` AND ` + group + `
			ORDER BY expires_at LIMIT 1`
		if len(busy) > 0 {
			free, found, err := ofFreeHost(tx, group, values, busy)
			if err != nil {
				return nil, false, err
			}
			blocked = blocked || found
			if free == nil {
				continue
			}
			which = "SELECT @task, @role, @idx"
			values["task"], values["role"], values["idx"] = free.Task, free.Role, free.Idx
		}
		err := tx.Raw(`UPDATE assets SET state = 'saving', claim = claim + 1, lease_until = @until
			WHERE (task, role, idx) = (`+which+`) RETURNING *`, values).Find(&rows).Error
		if err != nil || len(rows) > 0 {
			return rows, false, err
		}
	}
	return nil, blocked, nil
}

// dueNow selects the assets that may be claimed now.
const dueNow = `state IN ('pending', 'saving') AND next_try_at <= @now AND lease_until <= @now`

// ofFreeHost finds the first asset of a group whose host is not busy, nil without one, and says
// whether any was due at all.
func ofFreeHost(tx *gorm.DB, group string, values map[string]any, busy []string) (
	free *assetRow, found bool, err error,
) {
	var rows []assetRow
	err = tx.Raw(`SELECT task, role, idx, source_url FROM assets WHERE `+dueNow+` AND `+group+`
		ORDER BY expires_at LIMIT `+strconv.Itoa(considered), values).Find(&rows).Error
	if err != nil {
		return nil, false, err
	}
	for i := range rows {
		if !slices.Contains(busy, hostOf(rows[i].SourceURL)) {
			return &rows[i], true, nil
		}
	}
	return nil, len(rows) > 0, nil
}

// nextDue returns when the next asset will be due that is not yet.
func nextDue(tx *gorm.DB, now time.Time) (time.Time, error) {
	var due int64
	err := tx.Raw(`SELECT coalesce(min(max(next_try_at, lease_until)), 0) FROM assets
		WHERE state IN ('pending', 'saving') AND max(next_try_at, lease_until) > ?`,
		micros(now)).Find(&due).Error
	if err != nil {
		return time.Time{}, fmt.Errorf("find the next due asset: %w", err)
	}
	return fromMicros(due), nil
}

// ExtendClaim keeps a claim for another lease from now, or fails with ErrClaimLost.
func (s *Store) ExtendClaim(ctx context.Context, a task.Asset, lease time.Duration) error {
	res := held(s.write.WithContext(ctx), a).
		UpdateColumn("lease_until", micros(s.now().Add(lease)))
	if res.Error != nil {
		return fmt.Errorf("extend claim: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return ErrClaimLost
	}
	return nil
}

// Reattempt ends an attempt at a claimed asset and begins another one under the same claim, at the
// link that the asset has by now. Who has lost the claim gets ErrClaimLost.
func (s *Store) Reattempt(ctx context.Context, c Claimed, at task.Attempt) (Claimed, error) {
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		var rows []assetRow
		if err := held(tx, c.Asset).Find(&rows).Error; err != nil {
			return fmt.Errorf("load the claimed asset: %w", err)
		}
		if len(rows) == 0 {
			return ErrClaimLost
		}
		if err := endAttempt(tx, c.Asset, at); err != nil {
			return err
		}
		c.Asset = rows[0].asset()
		var err error
		c.Attempt, err = s.beginAttempt(tx, c.Asset)
		return err
	})
	return c, err
}

// ReleaseAsset gives an unfinished asset back at no cost, to be claimed again at once. Whether
// or not the claim is still held, the attempt is over.
func (s *Store) ReleaseAsset(ctx context.Context, a task.Asset, at task.Attempt) error {
	return s.inTx(ctx, func(tx *gorm.DB) error {
		err := held(tx, a).UpdateColumns(map[string]any{
			"state": task.Pending, "lease_until": 0,
		}).Error
		if err != nil {
			return fmt.Errorf("release asset: %w", err)
		}
		return endAttempt(tx, a, at)
	})
}

// VoidClaims gives back every claim of the process before this one, which loses them if it is
// still there.
func (s *Store) VoidClaims(ctx context.Context) (n int64, err error) {
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		res := tx.Model(&assetRow{}).Where("state = ?", task.SavingAsset).
			UpdateColumns(map[string]any{"state": task.Pending, "lease_until": 0,
				"claim": gorm.Expr("claim + 1")})
		if res.Error != nil {
			return fmt.Errorf("void claims: %w", res.Error)
		}
		n = res.RowsAffected
		return interrupt(tx.Model(&attemptRow{}))
	})
	return n, err
}

// held selects an asset only while its claim is the given one.
func held(db *gorm.DB, a task.Asset) *gorm.DB {
	return db.Model(&assetRow{}).Where("task = ? AND role = ? AND idx = ? AND claim = ?",
		a.Task, a.Role, a.Index, a.Claim)
}
