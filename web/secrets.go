package web

import (
	"bytes"
	"encoding/json"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/mask"
	"github.com/reelback/reelback/internal/plain"
	"github.com/reelback/reelback/internal/route"
)

// withoutTokens returns an answer without the tokens of the sources. Texts are masked where they
// are read, by what secrets look like; this finds the server's own wherever else somebody has put
// one.
func (s *Server) withoutTokens(c echo.Context, answer []byte) []byte {
	if s.showsTokens(c) {
		return answer
	}
	for _, src := range s.Sources.Sources() {
		for _, t := range src.Tokens {
			if token := []byte(t.Token); bytes.Contains(answer, token) {
				answer = bytes.ReplaceAll(answer, token, []byte(mask.Masked))
			}
		}
	}
	return answer
}

// showsTokens says whether an answer shows the tokens of the sources: the setup page alone does, to
// an admin, in addresses to be copied. Nobody may keep it.
func (s *Server) showsTokens(c echo.Context) bool {
	return c.Path() == route.Setup && s.may(c, auth.Admin)
}

// discreetJSON writes the JSON of answers without the tokens of the sources.
type discreetJSON struct {
	echo.DefaultJSONSerializer
	server *Server
}

// Serialize implements echo.JSONSerializer.
func (d discreetJSON) Serialize(c echo.Context, value any, _ string) error {
	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(value); err != nil {
		return err
	}
	_, err := c.Response().Write(plain.JSON(d.server.withoutTokens(c, buf.Bytes())))
	return err
}
