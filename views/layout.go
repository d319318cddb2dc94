package views

// keyLine is one line of the dialog of keys.
type keyLine struct {
	id    string
	keys  []string
	needs string // selector of what must be on the page for the keys to do something
}

// keyLines lists the keys that scripts listen to.
func keyLines() []keyLine {
	const rows, player = ".rows.live tr, .strip .frame", "[data-player]"
	return []keyLine{
		{"find", []string{"/"}, ""},
		{"list", []string{"?"}, ""},
		{"theme", []string{"t"}, ""},
		{"move", []string{"j", "k"}, rows},
		{"select", []string{"x"}, ".rows.live [type=checkbox]"},
		{"open", []string{"Enter"}, rows},
		{"copy", []string{"c"}, `[data-copy^="#reply"]`},
		{"play", []string{"Space"}, player},
		{"second", []string{"←", "→"}, player},
		{"frame", []string{",", "."}, player},
		{"loop", []string{"l"}, player},
		{"sound", []string{"m"}, player},
		{"full", []string{"f"}, player},
	}
}
