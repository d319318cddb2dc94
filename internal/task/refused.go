package task

// The reasons of assets that lead to where nothing may be fetched from.
const (
	ErrorNotPublic = "the address is not public"
	ErrorPort      = "the port is none of a web server's"
)

// RefusedReasons are the reasons that another setting of --fetch-allow can do away with.
func RefusedReasons() []string { return []string{ErrorNotPublic, ErrorPort} }

// LastRefused returns the address that the last attempt at an asset was refused for; empty where
// it was not, or there was none.
func LastRefused(a Asset, attempts []Attempt) string {
	refused := ""
	for _, at := range attempts {
		if at.Role == a.Role && at.Index == a.Index {
			refused = at.Refused
		}
	}
	return refused
}
