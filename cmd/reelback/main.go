// Command reelback receives the callbacks of AI-video providers, saves the videos before their
// links die, and shows them. See README.md.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
	_ "time/tzdata" // viewers' zones, also where the system has no database of them
)

// ballast is counted as heap and never touched, so that it takes no memory. The heap is some 10 MB
// and grows by as much in tens of milliseconds under load; with this it is collected two times in
// five of those (measured: 64 instead of 163 in ten seconds), and as usual where it is large.
const ballast = 16 << 20

func main() {
	// Times in the database and the log are UTC; pages show the viewer's zone.
	time.Local = time.UTC
	// Everything of ours is logged through slog; what net/http tells here may be what a hostile
	// server has sent, byte for byte.
	log.SetOutput(io.Discard)
	defer runtime.KeepAlive(make([]byte, ballast))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // a second signal ends the program at once
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run runs one command and returns the exit code: 0, or 1 after an error told on stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if err := execute(ctx, args, stdout, stderr); err != nil {
		fmt.Fprintf(stderr, "reelback: %v\n", err)
		return 1
	}
	return 0
}
