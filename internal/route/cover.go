package route

// TaskCover is where a browser offers a picture of a task that has no cover.
func (l Links) TaskCover(provider, id string) string {
	return l.fill(TaskCover, ":provider", provider, ":id", id)
}

// CoverChoose is where a picture is posted that is to be the cover of a task.
func (l Links) CoverChoose(provider, id string) string {
	return l.fill(CoverChoose, ":provider", provider, ":id", id)
}
