package views

// maxWord is the longest word of a sender's that stands as a fact beside ours, in characters.
const maxWord = 32

// shortWord bounds what is a word or two where the sender means well: a resolution, a model.
func shortWord(text string) string {
	text = oneLine(text)
	if runes := []rune(text); len(runes) > maxWord {
		return string(runes[:maxWord]) + "…"
	}
	return text
}
