package inbox

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/reelback/reelback/internal/task"
)

// checkEncoding sees that a body is packed in no way that nobody here unpacks. Which of the others
// it is, the body itself says.
func checkEncoding(h http.Header) error {
	for _, coding := range h.Values("Content-Encoding") {
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "", "identity", "gzip", "x-gzip":
		default:
			return fmt.Errorf("%s: %.40q is not unpacked here", task.ReasonEncoding, coding)
		}
	}
	return nil
}
