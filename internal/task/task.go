// Package task is the domain of Reelback: what a generation is, what became of it, and the pure
// rules by which deliveries change it. It imports the standard library only and touches neither
// clock, disk nor network, so that every rule can be read and tested as a table.
package task

import "time"

// Task is one generation a provider ran, identified by Provider and TaskID together.
type Task struct {
	Key          int64  // our own number, ascending in order of first sight
	Provider     string // "kie"
	Product      string // "runway-extend", "runway", "veo3.1"
	Model        string // the provider's model slug, as text; empty when unknown
	TaskID       string // the provider's id
	ParentTaskID string // the task this one extends; empty when none or unknown

	Status   Status
	Code     int    // the callback envelope's code; 0 before any result
	Message  string // the provider's words, untouched
	Category Category
	Fallback Fallback

	Resolution   string // as the provider names it, "1080p"
	Prompt       string
	CrossChecked CrossCheck
	Note         string // a Note… key worth telling, such as another product's shape

	Labels []string // an application's own words for it, sorted

	FirstSeenAt     time.Time // when this program first heard of it
	RegisteredAt    time.Time // when an application told of it; zero when none has
	CreatedAt       time.Time // the provider's time; zero when unknown
	CompletedAt     time.Time // the provider's time, else that of the first result; zero before
	FirstDeliveryAt time.Time // zero when no delivery has come
	Deliveries      int       // how many deliveries named it, repeats included
	Credits         float64   // what the provider says it has cost; 0 when unknown

	Assets []Asset   // in order of role, then index
	Made   MadeCover // in the provider's place

	// ResultHash is the fingerprint of the first success's links, 0 before: by it a repeated
	// success is told from another one, also after fresh links have replaced the first.
	ResultHash int64
}

// Terminal says whether the provider's work on the task has ended, one way or the other.
func (t *Task) Terminal() bool {
	switch t.Status {
	case Waiting, Generating, Unconfirmed:
		return false
	default:
		return true
	}
}

// Succeeded says whether the generation made something worth saving.
func (t *Task) Succeeded() bool { return t.Terminal() && t.Status != Failed }

// Asset is one file of a task, identified by the task, Role and Index.
type Asset struct {
	Task        int64 // Task.Key
	Role        Role
	Index       int // from 0, in the provider's order
	State       AssetState
	SourceURL   string // where the provider keeps it
	Path        string // where we keep it, below the media folder; empty until saved
	Bytes       int64  // of the saved file; 0 until saved
	SHA256      string // lower-case hex of the saved file
	ContentType string
	Width       int // pixels; 0 when unknown
	Height      int
	Duration    time.Duration // of a video; 0 when unknown
	FrameRate   float64       // pictures a second; 0 when unknown
	Codec       string        // of the pictures, "h264"; empty when unknown
	FastStart   bool          // the file says it can be played before it is whole
	ExpiresAt   time.Time     // when the provider's link is expected to die
	Error       string        // why the last attempt failed, also while another is to come
	Failures    int           // attempts that ended in an error; a shutdown is none
	NextTryAt   time.Time     // when the next attempt is due
	Claim       int64         // grows with each claim; who holds another number has lost it
}

// Open says whether the asset is still to be saved.
func (a *Asset) Open() bool { return a.State == Pending || a.State == SavingAsset }

// Delivery is one HTTP request that reached a source, kept raw whatever became of it.
type Delivery struct {
	ID         int64
	Source     string
	Outcome    Outcome
	Code       int    // the envelope's code; 0 when it has none
	Reason     string // why it was not simply applied; a Reason… key or a sentence
	Provider   string // of the task it names; empty when it names none
	TaskID     string
	ReceivedAt time.Time
	RemoteAddr string
	Bytes      int64 // length of the body as far as it was read
	Truncated  bool  // the body was longer than what is kept

	Headers []Header // in order of name
	Body    []byte
	// Unpacked says that the body came packed, and that Body is what was in it: on pages only.
	Unpacked bool
}

// Header is one line of a delivery's HTTP header.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Event is one line of a task's timeline.
type Event struct {
	At       time.Time
	Kind     EventKind
	Detail   string // words or a number that belong to the kind
	Role     Role   // of the asset it is about; empty when it is about the task
	Index    int
	Delivery int64 // the delivery it tells of; 0 when none
	Code     int   // the envelope's code of that delivery
}

// Source is one configured endpoint of a provider.
type Source struct {
	Name     string // as in the URL: "veo3.1"
	Provider string
	Product  string        // the product its callbacks belong to; empty when the shape decides
	Tokens   []SourceToken // the one to give out first
}
