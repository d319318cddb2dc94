package views

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// AssetParam is the query parameter that chooses which video of a task is played, "video-1".
const AssetParam = "asset"

// TaskStage is what stands first on the page of a task that did not fail: the player, or a
// frame that says why there is nothing to play. Never a broken picture.
type TaskStage struct {
	Player     *ui.PlayerProps
	Download   string // address of what is played
	DownloadAs string // the name it is downloaded under
	Choices    []ui.TabProps
	Blank      *Blank
}

// Blank is a frame without a picture of its own.
type Blank struct {
	Cover    string // drawn faintly behind the words; may be empty
	Shape    string
	Status   ui.StatusProps
	Leader   *ui.LeaderProps // while something goes on
	Pace     ui.PaceProps    // of a file that is still to come
	Title    string
	Text     string
	Hint     string // what would help; may be empty
	RetryURL string // where a form asks for another attempt; empty when that is no use
}

func newStage(f Frame, t task.Task, attempts []task.Attempt) TaskStage {
	playable := playableAssets(t)
	if len(playable) == 0 {
		return TaskStage{Blank: taskBlank(f, t)}
	}
	chosen := chooseAsset(playable, f.Query.Get(AssetParam))
	stage := TaskStage{}
	if len(playable) > 1 {
		stage.Choices = assetChoices(f, t, playable, chosen)
	}
	if chosen.State != task.SavedAsset {
		stage.Blank = assetBlank(f, t, *chosen)
		stage.Blank.Hint = refusedText(f, *chosen, task.LastRefused(*chosen, attempts))
		return stage
	}
	stage.Player = newPlayer(f, t, *chosen)
	stage.Download = stage.Player.URL
	stage.DownloadAs = fileName(chosen.Path)
	return stage
}

// playableAssets are the videos of a task, in order of role.
func playableAssets(t task.Task) []*task.Asset {
	var playable []*task.Asset
	for _, role := range task.Roles() {
		for i := range t.Assets {
			if a := &t.Assets[i]; a.Role == role && role != task.Cover {
				playable = append(playable, a)
			}
		}
	}
	return playable
}

// chooseAsset returns the asset that the key names, else the first saved one, else the first.
func chooseAsset(assets []*task.Asset, key string) *task.Asset {
	var saved *task.Asset
	for _, a := range assets {
		if key == assetKey(a) {
			return a
		}
		if saved == nil && a.State == task.SavedAsset {
			saved = a
		}
	}
	if saved != nil {
		return saved
	}
	return assets[0]
}

// assetKey names an asset within its task, "video-1" being the first.
func assetKey(a *task.Asset) string { return string(a.Role) + "-" + strconv.Itoa(a.Index+1) }

func assetChoices(f Frame, t task.Task, playable []*task.Asset, chosen *task.Asset) []ui.TabProps {
	links := make([]ui.TabProps, 0, len(playable))
	for _, a := range playable {
		links = append(links, ui.TabProps{
			Text:   assetText(f, t, *a),
			Icon:   StatusIcon(string(a.State)),
			Status: string(a.State),
			URL: f.Link.Here(strings.TrimPrefix(f.Link.Task(t.Provider, t.TaskID), f.Link.Base()),
				url.Values{AssetParam: {assetKey(a)}}),
			Current: a == chosen,
		})
	}
	return links
}

// assetText names an asset, with its number where the task has several of its role.
func assetText(f Frame, t task.Task, a task.Asset) string {
	n := 0
	for i := range t.Assets {
		if t.Assets[i].Role == a.Role {
			n++
		}
	}
	if n < 2 {
		return RoleText(f.T, a.Role)
	}
	return f.T.T("task.numbered", "Role", RoleText(f.T, a.Role), "N", a.Index+1)
}

func newPlayer(f Frame, t task.Task, a task.Asset) *ui.PlayerProps {
	p := &ui.PlayerProps{
		URL:    f.Link.Media(a.Path),
		Type:   a.ContentType,
		Poster: coverURL(f, t),
		Shape:  Shape(a.Width, a.Height),
		Title:  oneLine(t.Prompt),
		Words:  playerWords(f),
	}
	if p.Title == "" {
		p.Title = assetText(f, t, a)
	}
	p.Offer, p.Choose = coverOffer(f, &t), coverChoose(f, &t)
	if a.Duration > 0 {
		p.Length = f.T.Clock(a.Duration)
	}
	return p
}

// taskBlank says why a task has no video at all.
func taskBlank(f Frame, t task.Task) *Blank {
	b := &Blank{
		Cover:  coverURL(f, t),
		Status: StatusOf(f.T, t.Status),
		Title:  f.T.T("task.blank." + string(t.Status)),
		Text:   f.T.T("task.blank_text." + string(t.Status)),
	}
	if t.Status == task.Waiting || t.Status == task.Generating {
		b.Leader = &ui.LeaderProps{Percent: -1, Label: b.Status.Text}
	}
	if len(t.Assets) > 0 && t.Status != task.Saved && t.Status != task.Saving {
		b.RetryURL = f.Link.TaskRetry(t.Provider, t.TaskID)
	}
	return b
}

// assetBlank says why a video is not here, or how far it has come.
func assetBlank(f Frame, t task.Task, a task.Asset) *Blank {
	b := &Blank{
		Cover:  coverURL(f, t),
		Shape:  Shape(a.Width, a.Height),
		Status: FileStatusOf(f.T, a),
		Title:  f.T.T("task.file." + string(a.State)),
		Text:   AttemptText(f.T, a.Error),
	}
	if a.State == task.Pending && a.LinkDead() {
		b.Title = f.T.T("task.file.dead")
	}
	if a.Open() {
		b.Pace = newPace(f, t, a, false)
		b.Leader = &ui.LeaderProps{Percent: b.Pace.Percent, Label: b.Title, Progress: b.Pace.Key}
	}
	if b.Text == "" {
		b.Text = f.T.N("tasks.saving", len(t.Assets), "Saved", countSaved(t.Assets))
	}
	if retriable(a) {
		b.RetryURL = f.Link.AssetRetry(t.Provider, t.TaskID, string(a.Role), a.Index)
	}
	return b
}

// assetPath names an asset as live progress does, "kie/ID/video/0".
func assetPath(t task.Task, a task.Asset) string {
	return t.Provider + "/" + t.TaskID + "/" + string(a.Role) + "/" + strconv.Itoa(a.Index)
}

// playerWords are the names of the player's buttons.
func playerWords(f Frame) ui.PlayerWords {
	return ui.PlayerWords{
		Position: f.T.T("player.position"), Play: f.T.T("player.play"), Back: f.T.T("player.back"),
		Step: f.T.T("player.step"), Loop: f.T.T("player.loop"), Speed: f.T.T("player.speed"),
		Sound: f.T.T("player.sound"), Full: f.T.T("player.full"),
		Cover: f.T.T("player.cover"),
	}
}
