package task

// Status is where a task stands; the rules are in DeriveStatus.
type Status string

// The statuses of a task.
const (
	Waiting     Status = "waiting"      // known, nothing heard
	Generating  Status = "generating"   // the provider says it is running
	Saving      Status = "saving"       // succeeded, some asset is still open
	Saved       Status = "saved"        // succeeded, every asset saved
	PartlySaved Status = "partly_saved" // some saved, none open
	Failed      Status = "failed"       // the generation failed
	Expired     Status = "expired"      // none saved, and the links are dead
	NotSaved    Status = "not_saved"    // none saved for another reason
	Unconfirmed Status = "unconfirmed"  // no usable URL, or a shape not understood
)

// Statuses lists every status in the order in which pages show them.
func Statuses() []Status {
	return []Status{Waiting, Generating, Saving, Saved, PartlySaved, Failed, Expired,
		NotSaved, Unconfirmed}
}

// Fallback tells whether the provider's fallback model made the video.
type Fallback string

// The three states of Fallback; what a payload does not say is unknown, never no.
const (
	FallbackYes     Fallback = "yes"
	FallbackNo      Fallback = "no"
	FallbackUnknown Fallback = "unknown"
)

// Fallbacks lists the values of Fallback.
func Fallbacks() []Fallback { return []Fallback{FallbackYes, FallbackNo, FallbackUnknown} }

// AssetState is how far the saving of an asset has come.
type AssetState string

// The states of an asset.
const (
	Pending      AssetState = "pending"
	SavingAsset  AssetState = "saving"
	SavedAsset   AssetState = "saved"
	FailedAsset  AssetState = "failed"
	ExpiredAsset AssetState = "expired"
)

// Role is what an asset is to its task.
type Role string

// The roles of an asset.
const (
	Video    Role = "video"
	Original Role = "original" // as generated, before the provider changed its shape
	Cover    Role = "cover"
	Upscale  Role = "upscale"
)

// Roles lists every role in the order in which pages show them.
func Roles() []Role { return []Role{Video, Original, Upscale, Cover} }

// Outcome is what became of a delivery.
type Outcome string

// The outcomes of a delivery.
const (
	Applied       Outcome = "applied"
	Repeated      Outcome = "repeated"
	Conflicting   Outcome = "conflicting"
	Refused       Outcome = "refused"
	NotUnderstood Outcome = "not_understood"
)

// Outcomes lists every outcome in the order in which pages show them.
func Outcomes() []Outcome {
	return []Outcome{Applied, Repeated, Conflicting, Refused, NotUnderstood}
}

// CrossCheck tells whether the provider's own record agrees with the callback.
type CrossCheck string

// The values of CrossCheck.
const (
	CheckNo        CrossCheck = "no"
	CheckConfirmed CrossCheck = "confirmed"
	CheckDisagrees CrossCheck = "disagrees"
)

// EventKind names what an event of a timeline tells.
type EventKind string

// The kinds of event.
const (
	EventDelivery     EventKind = "delivery"      // a delivery arrived; Detail is its outcome
	EventAttempt      EventKind = "attempt"       // an attempt at an asset failed; Detail: why
	EventAssetSaved   EventKind = "asset_saved"   // Detail is the number of bytes
	EventAssetFailed  EventKind = "asset_failed"  // given up; Detail is the reason
	EventAssetExpired EventKind = "asset_expired" // the link died first; Detail is the reason
	EventRetry        EventKind = "retry"         // a person asked for another attempt
	EventAdopted      EventKind = "adopted"       // of another delivery's link; Detail: its number
	EventVanishing    EventKind = "vanishing"     // not saved, and its link dies; Detail: an Alarm
	EventAllowed      EventKind = "allowed"       // its address was refused, and may be fetched from now
	EventFileGone     EventKind = "file_gone"     // a saved file vanished; Detail: a Gone… key
	EventFileBack     EventKind = "file_back"     // it is there again; Detail: its bytes

	// What the provider's own record made of the task.
	EventConfirmed  EventKind = "confirmed"
	EventDisagrees  EventKind = "disagrees"   // Detail is a Differs… key
	EventRepaired   EventKind = "repaired"    // the callback was lost; Detail is the result
	EventRecordGone EventKind = "record_gone" // not asked again; Detail is a Gone… key

	// What today's code made of deliveries kept earlier; Detail is the number of the replay.
	EventReplayed     EventKind = "replayed"
	EventReplayUndone EventKind = "replay_undone"
)

// The reasons of deliveries that were not simply applied. Pages translate them; a reason that
// is not in this list is a sentence and shown as it is.
const (
	ReasonTokenMissing     = "token_missing"
	ReasonTokenWrong       = "token_wrong"
	ReasonSignatureMissing = "signature_missing"
	ReasonSignatureWrong   = "signature_wrong"
	ReasonSignatureStale   = "signature_stale"
	ReasonSignatureReused  = "signature_reused" // it came with another body before
	ReasonTooLarge         = "too_large"
	ReasonEncoding         = "encoding"      // the body came packed, and cannot be unpacked
	ReasonNotJSON          = "not_json"      // followed by ": " and what is wrong where
	ReasonNotObject        = "not_an_object" // valid JSON of another kind
	ReasonWrongType        = "wrong_type"    // followed by ": " and the member's path
	ReasonNoTaskID         = "no_task_id"
	ReasonUnknownShape     = "unknown_shape"
	ReasonSameResult       = "same_result"
	ReasonLateFailure      = "late_failure" // a failure after a success
	ReasonOtherURLs        = "other_urls"   // another success with other URLs
	ReasonOtherFailure     = "other_failure"
	ReasonStillRunning     = "still_running"  // news of a run that has already ended
	ReasonAgainstRecord    = "against_record" // a success, where the record has a failure
)

// What a callback and the provider's record can differ in.
const (
	DiffersResult = "other_result"
	DiffersLinks  = "other_links"
)

// Why a task is not asked about any more.
const (
	GoneTooOld   = "too_old"   // the provider has forgotten it, or must have by now
	GoneNoRecord = "no_record" // the provider says that it never knew it
)

// ReasonDiskFull is the reason of an attempt that the disk had no room for.
const ReasonDiskFull = "the disk is full"

// The reasons of assets that the provider's record gave up.
const (
	ErrorRecordFailed = "the provider's record says that the generation failed"
	ErrorNotOnRecord  = "the provider's record has no such file"
)

// NoteOtherProduct marks a task whose payload had another product's shape than its source.
const NoteOtherProduct = "other_product_shape"
