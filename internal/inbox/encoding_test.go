package inbox

import (
	"net/http"
	"testing"

	"github.com/reelback/reelback/internal/task"
)

func TestCheckEncoding(t *testing.T) {
	t.Parallel()
	for coding, fine := range map[string]bool{"": true, "identity": true, "gzip": true, " GZIP ": true,
		"x-gzip": true, "br": false, "zstd": false, "gzip, gzip": false, "deflate": false} {
		err := checkEncoding(http.Header{"Content-Encoding": {coding}})
		if (err == nil) != fine || err != nil && task.ReasonKey(err.Error()) != task.ReasonEncoding {
			t.Errorf("%q: %v", coding, err)
		}
	}
	if err := checkEncoding(nil); err != nil {
		t.Error(err)
	}
}
