package app

import (
	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/views"
)

// riskLines are the risks as pages show them.
func riskLines(c config.Config) []views.Risk {
	var lines []views.Risk
	for _, r := range Risks(c) {
		lines = append(lines, views.Risk{Key: r.Key, Value: r.Value})
	}
	return lines
}

// optionLines are the options as pages show them. Commands that run a server with options of
// their own have not said where these come from.
func optionLines(c config.Config) ([]views.Option, error) {
	given := c.Given
	if given == nil {
		var err error
		if given, err = config.Options(c, nil); err != nil {
			return nil, err
		}
	}
	lines := make([]views.Option, len(given))
	for i, o := range given {
		lines[i] = views.Option{Name: o.Name, Group: o.Group, Variable: o.Variable, Value: o.Value,
			Source: string(o.Source), Where: o.Where, Secret: o.Secret}
	}
	return lines, nil
}
