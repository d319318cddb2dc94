package task

import (
	"testing"
	"time"
)

func TestWhichTasksWantACover(t *testing.T) {
	t.Parallel()
	file := func(role Role, state AssetState) Asset {
		return Asset{Role: role, State: state, Path: string(role)}
	}
	video := file(Video, SavedAsset)
	made := MadeCover{State: CoverMade, Path: "made"}
	for name, test := range map[string]struct {
		assets     []Asset
		made       MadeCover
		may, wants bool
		path       string
	}{
		"nothing":               {},
		"no video yet":          {assets: []Asset{file(Video, Pending)}},
		"a video":               {assets: []Asset{video}, may: true, wants: true},
		"an original alone":     {assets: []Asset{file(Original, SavedAsset)}, may: true, wants: true},
		"the cover is to come":  {assets: []Asset{video, file(Cover, Pending)}},
		"the cover is fetched":  {assets: []Asset{video, file(Cover, SavingAsset)}},
		"the cover is lost":     {assets: []Asset{video, file(Cover, ExpiredAsset)}, may: true, wants: true},
		"the cover is useless":  {assets: []Asset{video, file(Cover, FailedAsset)}, may: true, wants: true},
		"the cover is here":     {assets: []Asset{video, file(Cover, SavedAsset)}, path: "cover"},
		"one is made":           {assets: []Asset{video}, made: made, may: true, path: "made"},
		"it is given up":        {assets: []Asset{video}, made: MadeCover{State: CoverGivenUp}, may: true, wants: true},
		"the provider's counts": {assets: []Asset{video, file(Cover, SavedAsset)}, made: made, path: "cover"},
	} {
		tk := Task{Assets: test.assets, Made: test.made}
		if tk.MayMakeCover() != test.may || tk.WantsCover() != test.wants ||
			tk.CoverPath() != test.path {
			t.Errorf("%s: may %t, wants %t, shows %q", name, tk.MayMakeCover(), tk.WantsCover(),
				tk.CoverPath())
		}
	}
}

func TestTheBestVideoIsThePicture(t *testing.T) {
	t.Parallel()
	tk := Task{Assets: []Asset{{Role: Upscale, State: SavedAsset}, {Role: Original, State: SavedAsset},
		{Role: Video, State: FailedAsset}, {Role: Video, Index: 1, State: SavedAsset}}}
	if a := tk.Picture(); a.Role != Video || a.Index != 1 {
		t.Errorf("it is %+v", a)
	}
}

func TestACoverIsNotTriedForEver(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	m, before := MadeCover{State: CoverWanted}, now
	for m.State == CoverWanted {
		if m.Tries++; m.Tries > 10 {
			t.Fatal("it is")
		}
		var next time.Time
		if m, next = AfterCoverTry(m, "why", now); m.State == CoverWanted && !next.After(before) {
			t.Errorf("after %d tries the next is at %s", m.Tries, next)
		}
		before = next
	}
	if m.State != CoverGivenUp || m.Error != "why" || m.Tries != 3 {
		t.Errorf("in the end it is %+v", m)
	}
}
