package media

import (
	"mime"
	"net/url"
	"path"
	"strings"

	"github.com/reelback/reelback/internal/task"
)

// The content types this program stores under their own name.
const (
	typeMP4       = "video/mp4"
	typeQuickTime = "video/quicktime"
	typeWebM      = "video/webm"
	typeMatroska  = "video/x-matroska"
	typePNG       = "image/png"
	typeJPEG      = "image/jpeg"
	typeWebP      = "image/webp"
	typeGIF       = "image/gif"
	typeAVIF      = "image/avif"
	typeHEIC      = "image/heic"
	typeUnknown   = "application/octet-stream"
)

// storedType is a content type with the ending of its files.
type storedType struct{ name, ext string }

func types() []storedType {
	return []storedType{
		{typeMP4, "mp4"}, {typeQuickTime, "mov"}, {typeWebM, "webm"}, {typeMatroska, "mkv"},
		{typePNG, "png"}, {typeJPEG, "jpg"}, {typeWebP, "webp"}, {typeGIF, "gif"},
		{typeAVIF, "avif"}, {typeHEIC, "heic"},
	}
}

// wantsImage says whether the role's files are pictures; those of all others are videos.
func wantsImage(role task.Role) bool { return role == task.Cover }

func isImage(contentType string) bool { return strings.HasPrefix(contentType, "image/") }

// fits says whether a type is one that is stored, and stored for this role.
func fits(contentType string, role task.Role) bool {
	for _, t := range types() {
		if t.name == contentType {
			return isImage(contentType) == wantsImage(role)
		}
	}
	return false
}

// hinted returns the type that the header claims, or else the link's ending, where it fits the
// role. It serves for bytes that say nothing themselves.
func hinted(role task.Role, declared, link string) string {
	if name, _, err := mime.ParseMediaType(declared); err == nil && fits(name, role) {
		return name
	}
	if u, err := url.Parse(link); err == nil {
		ext := strings.TrimPrefix(strings.ToLower(path.Ext(u.Path)), ".")
		for _, t := range types() {
			if t.ext == ext && fits(t.name, role) {
				return t.name
			}
		}
	}
	return typeUnknown
}
