package kie

import (
	"bytes"
	"encoding/json"
	"strings"
)

// maxParams bounds the request a record repeats, in bytes; the longest prompt fits in.
const maxParams = 128 << 10

// readParams returns the request that an answer repeats, wherever it stands. It reads the answer
// for itself, with the standard library: a provider.Value can be asked but not be written out.
func readParams(answer []byte) json.RawMessage {
	var body struct {
		Data map[string]json.RawMessage `json:"data"`
	}
	answer = bytes.TrimPrefix(answer, []byte("\uFEFF"))
	if json.Unmarshal(answer, &body) != nil {
		return nil
	}
	for _, name := range requestNames() {
		if request := decodeObject(body.Data[name]); request != nil {
			return encodeParams(request)
		}
	}
	return nil
}

// decodeObject decodes an object that may have been put into a string; nil for all else.
func decodeObject(raw json.RawMessage) map[string]any {
	var inner string
	if json.Unmarshal(raw, &inner) == nil {
		raw = json.RawMessage(inner)
	}
	var request map[string]any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber() // seeds must not lose digits
	if decoder.Decode(&request) != nil {
		return nil
	}
	return request
}

func encodeParams(request map[string]any) json.RawMessage {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(storable(request)) != nil || out.Len() > maxParams {
		return nil
	}
	return bytes.TrimSpace(out.Bytes())
}

// storable leaves out the addresses to call back (callBackUrl, progressCallBackUrl), at any depth,
// and what PostgreSQL cannot store as text.
func storable(v any) any {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(v, "\x00", "\uFFFD")
	case []any:
		for i := range v {
			v[i] = storable(v[i])
		}
	case map[string]any:
		kept := make(map[string]any, len(v))
		for name, value := range v {
			if !strings.Contains(strings.ToLower(name), "callback") {
				kept[strings.ReplaceAll(name, "\x00", "\uFFFD")] = storable(value)
			}
		}
		return kept
	}
	return v
}
