package views

import (
	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// StatusIcon names the icon of a task status, an asset state or an outcome. Keys that two of
// the three share look the same; an unknown key gets the icon of what is not known.
func StatusIcon(key string) string {
	switch key {
	case "waiting", "pending":
		return "waiting"
	case "generating", "saving", "saved", "failed", "expired", "unconfirmed", "repeated", "refused":
		return key
	case "partly_saved":
		return "partly"
	case "not_saved":
		return "warn"
	case "applied":
		return "check"
	case "conflicting":
		return "conflict"
	default:
		return "unconfirmed"
	}
}

// StatusText prints a task status.
func StatusText(t *i18n.Printer, key task.Status) string { return t.T("status." + string(key)) }

// AssetText prints the state of an asset.
func AssetText(t *i18n.Printer, key task.AssetState) string { return t.T("asset." + string(key)) }

// OutcomeText prints what became of a delivery.
func OutcomeText(t *i18n.Printer, key task.Outcome) string { return t.T("outcome." + string(key)) }

// RoleText prints what an asset is to its task.
func RoleText(t *i18n.Printer, key task.Role) string { return t.T("role." + string(key)) }

// CategoryText prints why a task failed.
func CategoryText(t *i18n.Printer, key task.Category) string {
	return t.T("category." + string(key))
}

// PartyText prints whose move it is.
func PartyText(t *i18n.Printer, key task.Party) string { return t.T("party." + string(key)) }

// FallbackText prints whether the fallback model made the video.
func FallbackText(t *i18n.Printer, key task.Fallback) string {
	return t.T("fallback." + string(key))
}

// ProductText prints a product; one that the catalogue does not know is shown as it is.
func ProductText(t *i18n.Printer, product string) string {
	if id := "product." + product; product != "" && t.Has(id) {
		return t.T(id)
	}
	return shortWord(product) // a registration can say anything
}

// StatusOf is the status of a task, ready to be drawn.
func StatusOf(t *i18n.Printer, key task.Status) ui.StatusProps {
	return ui.StatusProps{Key: string(key), Icon: StatusIcon(string(key)), Text: StatusText(t, key)}
}

// AssetStatusOf is the state of an asset, ready to be drawn.
func AssetStatusOf(t *i18n.Printer, key task.AssetState) ui.StatusProps {
	return ui.StatusProps{Key: string(key), Icon: StatusIcon(string(key)), Text: AssetText(t, key)}
}

// FileStatusOf is how an asset stands, ready to be drawn: one that waits for another try although
// its link was found dead says so.
func FileStatusOf(t *i18n.Printer, a task.Asset) ui.StatusProps {
	if a.State == task.Pending && a.LinkDead() {
		return ui.StatusProps{Key: "partly_saved", Icon: "warn", Text: t.T("lost.hope")}
	}
	return AssetStatusOf(t, a.State)
}

// OutcomeStatusOf is what became of a delivery, ready to be drawn.
func OutcomeStatusOf(t *i18n.Printer, key task.Outcome) ui.StatusProps {
	return ui.StatusProps{Key: string(key), Icon: StatusIcon(string(key)), Text: OutcomeText(t, key)}
}
