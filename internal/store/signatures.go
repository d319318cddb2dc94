package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// signatureRow is a signature that has come with an accepted delivery.
type signatureRow struct {
	Signature string `gorm:"primaryKey"`
	BodyHash  []byte
	SeenAt    int64
}

func (signatureRow) TableName() string { return "seen_signatures" }

func (r signatureRow) values(to []any) []any {
	return append(to, r.Signature, r.BodyHash, r.SeenAt)
}

// One text whatever the number of signatures, which come as a JSON array.
const loadSignaturesText = "SELECT signature, body_hash, seen_at FROM json_each(?) AS id " +
	"JOIN seen_signatures AS s ON s.signature = id.value"

// loadSignatures reads what is known of the signatures of the deliveries.
func (b *batch) loadSignatures(in []Incoming) (err error) {
	var given []string
	for i := range in {
		if in[i].Signature != "" {
			given = append(given, in[i].Signature)
		}
	}
	if len(given) == 0 {
		return nil
	}
	b.signatures = make(map[string][sha256.Size]byte, len(given))
	list, err := json.Marshal(given)
	if err != nil {
		return err
	}
	rows, err := inTransaction(b.tx, b.store.hot.loadSignatures).
		QueryContext(b.tx.Statement.Context, string(list))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var row signatureRow
		if err := b.tx.ScanRows(rows, &row); err != nil {
			return err
		}
		b.signatures[row.Signature] = [sha256.Size]byte(row.BodyHash)
	}
	return rows.Err()
}

// reused says whether a delivery's signature has vouched for another body before. A signature
// that is new is noted.
func (b *batch) reused(in *Incoming) bool {
	if in.Signature == "" {
		return false
	}
	hash := sha256.Sum256(in.Delivery.Body)
	first, seen := b.signatures[in.Signature]
	if !seen {
		b.signatures[in.Signature] = hash
		b.newSignatures = append(b.newSignatures, signatureRow{Signature: in.Signature,
			BodyHash: hash[:], SeenAt: micros(in.Delivery.ReceivedAt)})
	}
	return seen && first != hash
}

// DropSignatures forgets the signatures that were first seen before a time, and returns how many
// those were.
func (s *Store) DropSignatures(ctx context.Context, before time.Time) (int64, error) {
	res := s.write.WithContext(ctx).Where("seen_at < ?", micros(before)).Delete(&signatureRow{})
	if res.Error != nil {
		return 0, fmt.Errorf("drop old signatures: %w", res.Error)
	}
	return res.RowsAffected, nil
}
