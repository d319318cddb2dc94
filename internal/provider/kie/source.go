package kie

import (
	"time"

	"github.com/reelback/reelback/internal/task"
)

// Sources returns the sources an installation starts with. That of the name "kie" takes every
// shape.
func Sources() []task.Source {
	return []task.Source{
		{Name: RunwayExtend, Provider: Name, Product: RunwayExtend},
		{Name: Runway, Provider: Name, Product: Runway},
		{Name: Veo, Provider: Name, Product: Veo},
		{Name: Name, Provider: Name},
	}
}

// mediaLifetime is how long kie.ai keeps media files after completion (Getting Started page).
const mediaLifetime = 14 * 24 * time.Hour

// Lifetime returns how long the links of a product live after completion.
func Lifetime(_, product string) time.Duration {
	if product == Market {
		return 24 * time.Hour // its page says "typically"; the shorter of the two is the safer
	}
	return mediaLifetime
}

// Reader reads callbacks, as Read does.
type Reader struct{}

// Read is the package's Read.
func (Reader) Read(product string, body []byte) (task.Report, error) { return Read(product, body) }
