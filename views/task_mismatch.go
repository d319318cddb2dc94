package views

import (
	"strconv"
	"strings"

	"github.com/reelback/reelback/internal/task"
)

// mismatchTexts tells what a file is not, though it was said to be.
func mismatchTexts(f Frame, a task.Asset, all []task.Mismatch) (texts []string) {
	for _, m := range all {
		if m.Role != a.Role || m.Index != a.Index {
			continue
		}
		switch m.Kind {
		case task.MismatchResolution:
			texts = append(texts, f.T.T("attempts.mismatch.resolution", "Claimed", m.Claimed,
				"Lines", m.Lines))
		case task.MismatchLength:
			texts = append(texts, f.T.T("attempts.mismatch.length",
				"Length", f.T.Seconds(m.Length), "Parent", f.T.Seconds(m.Parent)))
		}
	}
	return texts
}

// assetType prints what a file is: its type, codec, pictures a second, and whether it is slow to
// start.
func assetType(f Frame, a task.Asset) string {
	parts := []string{a.ContentType}
	if a.Codec != "" {
		parts = append(parts, codecText(a.Codec))
		if a.FrameRate > 0 {
			parts = append(parts, rateText(f, a.FrameRate))
		}
		if !a.FastStart {
			parts = append(parts, f.T.T("attempts.facts.late"))
		}
	}
	return strings.Join(parts, f.T.T("task.and"))
}

// codecText is a codec's name as people write it.
func codecText(codec string) string {
	names := map[string]string{"h264": "H.264", "hevc": "HEVC", "mpeg4": "MPEG-4",
		"prores": "ProRes", "mjpeg": "Motion JPEG"}
	if name := names[codec]; name != "" {
		return name
	}
	return strings.ToUpper(codec)
}

// rateText prints pictures a second, without zeros that say nothing.
func rateText(f Frame, rate float64) string {
	text := strconv.FormatFloat(rate, 'f', 2, 64)
	return f.T.T("attempts.facts.rate", "Rate", strings.TrimRight(strings.TrimRight(text, "0"), "."))
}
