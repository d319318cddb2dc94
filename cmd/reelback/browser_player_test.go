package main

import "github.com/chromedp/chromedp"

// seesControls looks at the page of a video as if that stood upright: whatever the window, the
// controls end above the strip at the foot before anybody scrolls.
func (b *browser) seesControls() {
	b.t.Helper()
	for _, window := range [][2]int64{{412, 915}, {360, 740}, {360, 640}, {2560, 1440}, {1280, 800}} {
		if err := chromedp.Do(b.ctx, chromedp.EmulateViewport(window[0], window[1])); err != nil {
			b.t.Fatal(err)
		}
		look := eval[struct{ Controls, Strip, Picture float64 }](b, `(() => {
			const player = document.querySelector('.player');
			player.dataset.shape = '9:16';
			window.scrollTo({top: 0, behavior: 'instant'});
			const bar = player.querySelector('.deck').getBoundingClientRect();
			return {Controls: bar.bottom,
				Picture: bar.top - player.getBoundingClientRect().top,
				Strip: document.querySelector('.edge').getBoundingClientRect().top}; })()`)
		if look.Controls > look.Strip || look.Picture < 60 {
			b.t.Errorf("at %d px the controls end at %g below %g of the picture, the strip begins at %g",
				window, look.Controls, look.Picture, look.Strip)
		}
	}
}
