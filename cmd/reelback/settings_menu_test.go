package main

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestASectionOfTheSettingsIsFoundOnAPhone follows the menu that stays at the head of the page.
func TestASectionOfTheSettingsIsFoundOnAPhone(t *testing.T) {
	eachMount(t, findsASection)
}

func findsASection(t *testing.T, m mount) {
	p := startAt(t, m)
	b := openBrowser(t, m)
	if err := chromedp.Do(b.ctx, chromedp.EmulateViewport(360, 740)); err != nil {
		t.Fatal(err)
	}
	b.open(p.origin + "/settings")
	for _, section := range []string{"group-callbacks", "group-serving"} { // down, and up again
		b.press(".sections-menu summary")
		b.wait("the menu is open", `document.querySelector('.sections-menu').open`)
		b.press(`.sections-menu a[href="#` + section + `"]`)
		b.wait("the menu has shut", `!document.querySelector('.sections-menu').open`)
		b.wait("the section stands below the menu", `(() => {
			const menu = document.querySelector('.sections-menu').getBoundingClientRect();
			const top = document.getElementById('`+section+`').getBoundingClientRect().top;
			return top >= menu.bottom - 1 && top < menu.bottom + 60;
		})()`)
	}
}
