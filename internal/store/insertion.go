package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"gorm.io/gorm"
)

// rowsAtOnce is how many rows one run of a statement adds where there are so many. Measured: a
// commit of a hundred callbacks takes three quarters of the time that it takes row by row, and
// more rows at once gain nothing.
const rowsAtOnce = 8

// insertion adds rows to a table.
type insertion struct {
	one, many *sql.Stmt // many adds rowsAtOnce
}

// insertText is the text of an insertion.
type insertText struct {
	into string // up to the values
	row  string // the values of a row
	rest string // what comes after them
}

// insertInto returns the text that adds rows of the columns given. At a row that is refused it
// stops and leaves those before it, which the transaction then takes back: to take them back itself,
// SQLite would first copy every page that the statement changes. Measured: a tenth of a commit.
func insertInto(table, columns string) insertText {
	n := strings.Count(columns, ",") + 1
	return insertText{into: "INSERT OR FAIL INTO " + table + " (" + columns + ") VALUES ",
		row: "(?" + strings.Repeat(", ?", n-1) + ")"}
}

// onConflict returns the text with what happens to rows that are there already.
func (t insertText) onConflict(clause string) insertText {
	t.rest = " ON CONFLICT " + clause
	return t
}

// rows returns the statement that adds n rows.
func (t insertText) rows(n int) string {
	return t.into + t.row + strings.Repeat(", "+t.row, n-1) + t.rest
}

func prepareInsertion(ctx context.Context, pool *sql.DB, t insertText) (i insertion, err error) {
	if i.one, err = pool.PrepareContext(ctx, t.rows(1)); err != nil {
		return i, err
	}
	i.many, err = pool.PrepareContext(ctx, t.rows(rowsAtOnce))
	return i, err
}

// close gives the statements back.
func (i insertion) close() error { return errors.Join(closeStatement(i.one), closeStatement(i.many)) }

func closeStatement(stmt *sql.Stmt) error {
	if stmt == nil {
		return nil
	}
	return stmt.Close()
}

// hotRow is a row that an insertion adds.
type hotRow interface {
	// values appends the row's values in the order of the insertion's columns.
	values(to []any) []any
}

// insertRows adds rows in their order. The driver guards each run that can be cancelled with a
// goroutine of its own, so only the way from run to run can be.
func insertRows[Row hotRow](tx *gorm.DB, into insertion, rows []Row) error {
	var values []any
	add := func(stmt *sql.Stmt, n int) error {
		if len(rows) < n {
			return nil
		}
		prepared := inTransaction(tx, stmt)
		for ; len(rows) >= n; rows = rows[n:] {
			if err := tx.Statement.Context.Err(); err != nil {
				return err
			}
			values = values[:0]
			for i := range rows[:n] {
				values = rows[i].values(values)
			}
			ctx := context.WithoutCancel(tx.Statement.Context)
			if _, err := prepared.ExecContext(ctx, values...); err != nil {
				return err
			}
		}
		return nil
	}
	if err := add(into.many, rowsAtOnce); err != nil {
		return err
	}
	return add(into.one, 1)
}

// inTransaction returns a statement for use in a transaction of GORM's.
func inTransaction(tx *gorm.DB, stmt *sql.Stmt) *sql.Stmt {
	var of interface {
		StmtContext(context.Context, *sql.Stmt) *sql.Stmt
	}
	switch pool := tx.Statement.ConnPool.(type) {
	case *gorm.PreparedStmtTX:
		of = pool.Tx
	case *sql.Tx:
		of = pool
	}
	return of.StmtContext(tx.Statement.Context, stmt)
}
