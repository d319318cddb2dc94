package work

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/task"
)

const (
	// frameTime is how long taking one picture may last. It takes less than a second.
	frameTime = 30 * time.Second
	// frameAt and frameShare say where in the video it is taken: what comes first is often black.
	frameAt    = time.Second
	frameShare = 10
	// maxFramePixels is what the converter may decode, 8K; what it hands over is small.
	maxFramePixels = 7680 * 4320
	// frameFilter makes the pictures small before it chooses the most usual of some, so that
	// these need little memory, and leaves out what fades in from black.
	frameFilter = "scale=w='min(640,iw)':h=-2,thumbnail=24"
)

// errFrame is an error of the video or the converter, not of ours.
var errFrame = errors.New("no picture could be taken from the video")

// containers are the converter's names for the formats that pictures are taken from. It is told
// which it is, so that no file can choose one of the hundreds it knows.
func container(contentType string) (string, bool) {
	switch contentType {
	case "video/mp4", "video/quicktime":
		return "mov", true
	case "video/webm", "video/x-matroska":
		return "matroska", true
	}
	return "", false
}

// frame has ffmpeg take a picture from a saved video. The program opens that file and no other,
// no network, sees none of our environment, and is killed when its time is up.
func frame(ctx context.Context, program, file string, a task.Asset) ([]byte, error) {
	format, known := container(a.ContentType)
	if !known {
		return nil, fmt.Errorf("%w: its format is not one of those known", errFrame)
	}
	limited, cancel := context.WithTimeout(ctx, frameTime)
	defer cancel()
	at := min(frameAt, a.Duration/frameShare)
	cmd := exec.CommandContext(limited, program,
		"-nostdin", "-hide_banner", "-loglevel", "error",
		"-protocol_whitelist", "file", "-f", format, "-threads", "1",
		"-max_pixels", strconv.Itoa(maxFramePixels),
		"-ss", strconv.FormatFloat(at.Seconds(), 'f', 3, 64), "-i", "file:"+file,
		"-map", "0:v:0", "-an", "-sn", "-dn", "-vf", frameFilter, "-frames:v", "1",
		"-c:v", "png", "-threads", "1", "-f", "image2pipe", "pipe:1")
	out := &bounded{most: media.MaxStill, full: cancel}
	cmd.Stdout, cmd.Env = out, frameEnvironment()
	cmd.WaitDelay = time.Second
	ownGroup(cmd)
	err := cmd.Start()
	if err == nil {
		lowPriority(cmd.Process.Pid)
		err = cmd.Wait()
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case out.over:
		return nil, fmt.Errorf("%w: the converter sent too much", errFrame)
	case limited.Err() != nil:
		return nil, fmt.Errorf("%w: the converter took too long", errFrame)
	case err != nil:
		return nil, fmt.Errorf("%w: the converter ended with %w", errFrame, err)
	case out.kept.Len() == 0:
		return nil, fmt.Errorf("%w: the converter sent nothing", errFrame)
	}
	return out.kept.Bytes(), nil
}

// frameEnvironment is what a program needs to start, and none of our secrets.
func frameEnvironment() []string {
	env := []string{"LC_ALL=C"}
	for _, name := range []string{"PATH", "LD_LIBRARY_PATH", "SystemRoot"} {
		if value, set := os.LookupEnv(name); set {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// bounded keeps what is written up to a bound, and tells when it is passed. The buffer is a
// field and not embedded: its other methods, which io.Copy prefers, know no bound.
type bounded struct {
	kept bytes.Buffer
	most int
	over bool
	full func()
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.kept.Len()+len(p) > b.most {
		b.over = true
		b.full()
		return 0, errFrame
	}
	return b.kept.Write(p)
}
