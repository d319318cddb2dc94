package kie

import (
	"strings"

	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

// maxFiles bounds the files of one report; kie's have up to four.
const maxFiles = 64

// addFiles adds the links of a list to the report. They may come as an array, as one string, or as
// an array in a string: the documentation shows arrays and types them as a string ("[https://…]").
// A link keeps the index of its place, so that results and originals stay pairs; empty strings
// and other types are no links. What a link is worth is for others to judge.
func addFiles(report *task.Report, role task.Role, v provider.Value) {
	switch v.Kind() {
	case provider.Array:
		for i := range v.Len() {
			addFile(report, role, i, v.At(i).Text())
		}
	case provider.String:
		text := strings.TrimSpace(v.Text())
		if strings.HasPrefix(text, "[") {
			if list, err := provider.ParseText(text); err == nil {
				addFiles(report, role, list)
				return
			}
			text = strings.TrimSuffix(text[1:], "]")
		}
		for i, link := range split(text) {
			addFile(report, role, i, link)
		}
	}
}

// addLink adds the link of a member that has one only: all of a string is the link.
func addLink(report *task.Report, role task.Role, v provider.Value) {
	if v.Kind() == provider.String {
		addFile(report, role, 0, v.Text())
		return
	}
	addFiles(report, role, v)
}

func addFile(report *task.Report, role task.Role, index int, link string) {
	link = strings.TrimSpace(link)
	if link != "" && len(report.Files) < maxFiles {
		report.Files = append(report.Files, task.ReportFile{Role: role, Index: index, URL: link})
	}
}

// hasLinks says whether v has at least one link.
func hasLinks(v provider.Value) bool {
	var report task.Report
	addFiles(&report, task.Video, v)
	return len(report.Files) > 0
}

// split cuts a list of links at its commas. A comma may also be part of a link, so only one with a
// new link behind it counts.
func split(list string) []string {
	list = unquote(list)
	var links []string
	for from, at := 0, 0; ; at++ {
		comma := strings.IndexByte(list[at:], ',')
		if comma < 0 {
			return append(links, unquote(list[from:]))
		}
		at += comma
		if startsLink(strings.TrimLeft(list[at+1:], around)) {
			links = append(links, unquote(list[from:at]))
			from = at + 1
		}
	}
}

func startsLink(s string) bool {
	return hasPrefixFold(s, "https://") || hasPrefixFold(s, "http://")
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// around is what may stand around a link in a list.
const around = " \t\r\n\"'"

func unquote(link string) string { return strings.Trim(link, around) }
