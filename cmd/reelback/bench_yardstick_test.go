package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
)

// asYardstick makes the test binary serve what the program is measured against: decoding or
// storing. A folder for its data comes with it.
const (
	asYardstick   = "REELBACK_TEST_AS_YARDSTICK"
	yardstickData = "REELBACK_TEST_YARDSTICK_DATA"
	decoding      = "decoding"
	storing       = "storing"
)

// shape is a callback as the yardsticks decode it.
type shape struct {
	Code int    `json:"code"`
	Msg  string `json:"msg"`
	Data struct {
		TaskID string `json:"taskId"`
		Info   struct {
			ResultURLs []string `json:"resultUrls"`
			OriginURLs []string `json:"originUrls"`
			Resolution string   `json:"resolution"`
		} `json:"info"`
		FallbackFlag *bool `json:"fallbackFlag"`
	} `json:"data"`
}

// serveYardstick answers callbacks as the program does. The decoding one stores nothing and
// forgets all: no receiver on this stack can be faster. The storing one writes what the program
// writes, the way it is usually written: one GORM transaction for each callback.
func serveYardstick(kind string) {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	accepted := []byte(`{"code":200,"msg":"success"}`)
	receive := func(c echo.Context) error {
		var s shape
		if err := c.Bind(&s); err != nil || s.Data.TaskID == "" {
			return echo.ErrBadRequest
		}
		return c.JSONBlob(http.StatusOK, accepted)
	}
	if kind == storing {
		keep := openPlain(filepath.Join(os.Getenv(yardstickData), "plain.db"))
		receive = func(c echo.Context) error {
			body, err := io.ReadAll(c.Request().Body)
			if err != nil {
				return err
			}
			var s shape
			if err := json.Unmarshal(body, &s); err != nil || s.Data.TaskID == "" {
				return echo.ErrBadRequest
			}
			headers, err := json.Marshal(c.Request().Header)
			if err != nil {
				return err
			}
			if err := keep(s, headers, body); err != nil {
				return err
			}
			return c.JSONBlob(http.StatusOK, accepted)
		}
	}
	e.POST("/callbacks/:source/:token", receive)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("http://%s/callbacks/veo3.1/token\n", listener.Addr())
	_ = http.Serve(listener, e)
}

// The tables of the storing yardstick: the columns a callback fills, and no checks.
type (
	plainTask struct {
		ID                                             int64
		TaskID                                         string `gorm:"uniqueIndex"`
		Status                                         string `gorm:"index"`
		Code                                           int
		Message, Fallback, Resolution, Product, Source string
		CreatedAt                                      time.Time
	}
	plainAsset struct {
		TaskID    int64  `gorm:"primaryKey;autoIncrement:false"`
		Role      string `gorm:"primaryKey"`
		State     string
		URL       string
		ExpiresAt time.Time `gorm:"index"`
	}
	plainDelivery struct {
		ID         int64
		TaskID     int64 `gorm:"index"`
		Headers    string
		Body       []byte
		ReceivedAt time.Time
	}
	plainCount struct {
		Status string `gorm:"primaryKey"`
		N      int64
	}
)

// openPlain returns a function that stores a callback in a transaction of its own.
func openPlain(path string) func(s shape, headers, body []byte) error {
	db, err := gorm.Open(sqlite.Dialector{DriverName: "sqlite", DSN: "file:" + path +
		"?_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)" +
		"&_pragma=synchronous(FULL)"},
		&gorm.Config{PrepareStmt: true, Logger: logger.Discard})
	if err != nil {
		panic(err)
	}
	pool, err := db.DB()
	if err != nil {
		panic(err)
	}
	pool.SetMaxOpenConns(1) // several writers would only wait for each other
	err = db.AutoMigrate(plainTask{}, plainAsset{}, plainDelivery{}, plainCount{})
	if err != nil {
		panic(err)
	}
	return func(s shape, headers, body []byte) error {
		return db.Transaction(func(tx *gorm.DB) error { return storePlain(tx, s, headers, body) })
	}
}

func storePlain(tx *gorm.DB, s shape, headers, body []byte) error {
	now := time.Now()
	row := plainTask{TaskID: s.Data.TaskID, Status: "saving", Code: s.Code, Message: s.Msg,
		Fallback: "no", Resolution: s.Data.Info.Resolution, Product: "veo3.1", Source: "veo3.1",
		CreatedAt: now}
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return err
	}
	var assets []plainAsset
	for role, urls := range map[string][]string{"video": s.Data.Info.ResultURLs,
		"original": s.Data.Info.OriginURLs} {
		for _, url := range urls {
			assets = append(assets, plainAsset{TaskID: row.ID, Role: role, State: "pending",
				URL: url, ExpiresAt: now.Add(14 * 24 * time.Hour)})
		}
	}
	delivery := plainDelivery{TaskID: row.ID, Headers: string(headers), ReceivedAt: now, Body: body}
	count := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "status"}},
		DoUpdates: clause.Assignments(map[string]any{"n": gorm.Expr("n + 1")})})
	return errors.Join(tx.Create(&assets).Error, tx.Create(&delivery).Error,
		count.Create(&plainCount{Status: "saving", N: 1}).Error)
}

// startYardstick starts a yardstick, under the command given if any, and returns the address
// that its callbacks go to.
func startYardstick(b *testing.B, kind string, under ...string) string {
	b.Helper()
	command := append(under, os.Args[0])
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = append(os.Environ(), asYardstick+"="+kind, yardstickData+"="+b.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line)
}
