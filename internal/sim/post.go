package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/reelback/reelback/internal/provider/kie"
)

// userAgent is the sort of client that sends the callbacks.
const userAgent = "okhttp/4.12.0"

// maxAnswer is how much of an answer is read, so that the connection can be used again.
const maxAnswer = 64 << 10

// post is a callback ready to go. A retry repeats it as it is, signature and timestamp
// included: whether the provider signs anew is unknown, and this is the harder case.
type post struct {
	callback Callback
	address  string
	body     string
	header   http.Header
}

func (p *Provider) newPost(c Callback, address, body string) post {
	header := http.Header{
		"Content-Type": {"application/json"},
		"User-Agent":   {userAgent},
	}
	if p.opt.HMACKey != "" {
		timestamp, signature := kie.Sign(p.opt.HMACKey, c.TaskID, p.opt.Now())
		header.Set(kie.HeaderTimestamp, timestamp)
		header.Set(kie.HeaderSignature, signature)
	}
	return post{callback: c, address: address, body: body, header: header}
}

// newClient returns a client that takes every answer as it comes: a redirect is not 200.
func newClient(opt Options) *http.Client {
	transport := opt.Transport
	if transport == nil {
		transport = &http.Transport{MaxIdleConnsPerHost: opt.Concurrency}
	}
	return &http.Client{
		Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}

// try makes one attempt; the answer counts only if it is complete within the time-out.
func (p *Provider) try(ctx context.Context, post post) Attempt {
	start := p.opt.Now()
	ctx, cancel := context.WithTimeout(ctx, p.opt.Timeout)
	defer cancel()
	status, err := p.request(ctx, post)
	return Attempt{
		Callback: post.callback, Status: status, Err: err, Took: p.opt.Now().Sub(start),
	}
}

func (p *Provider) request(ctx context.Context, post post) (int, error) {
	body := strings.NewReader(post.body)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, post.address, body)
	if err != nil {
		return 0, fmt.Errorf("make request: %w", withoutURL(err))
	}
	req.Header = post.header.Clone()
	res, err := p.client.Do(req)
	if err != nil {
		return 0, withoutURL(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer)); err != nil {
		return res.StatusCode, fmt.Errorf("read answer: %w", err)
	}
	return res.StatusCode, nil
}

// withoutURL takes the address out of an error: it holds the secret of the callback path.
func withoutURL(err error) error {
	var urlErr *url.Error
	if errors.As(err, &urlErr) {
		return urlErr.Err
	}
	return err
}
