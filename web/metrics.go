package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

// metrics measures requests. Labels are routes, never paths: those have no bound and hold
// secrets.
type metrics struct {
	requests  *prometheus.CounterVec
	callbacks prometheus.Histogram
	books     Books
}

func newMetrics(registry prometheus.Registerer, books Books) *metrics {
	m := &metrics{
		books: books,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "reelback_http_requests_total", Help: "Requests answered.",
		}, []string{"route", "method", "status"}),
		callbacks: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "reelback_callback_answer_seconds",
			Help:    "Time until a callback was answered, which is once it was on disk.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 15},
		}),
	}
	registry.MustRegister(m.requests, m.callbacks)
	return m
}

func (m *metrics) observe(c echo.Context, took time.Duration) {
	path, method := c.Path(), c.Request().Method
	if path == "" {
		path = "none"
	}
	switch method {
	case "GET", "HEAD", "POST":
	default:
		method = "other"
	}
	m.requests.WithLabelValues(path, method, strconv.Itoa(c.Response().Status)).Inc()
	if takesCallbacks(path) {
		m.callbacks.Observe(took.Seconds())
		m.answered(c.Response().Status, took)
	}
}

// answered leaves out the answers to whoever has a wrong address or key: how long those take is
// the sender's doing.
func (m *metrics) answered(status int, took time.Duration) {
	if busy := status == http.StatusServiceUnavailable; busy || status == http.StatusOK {
		m.books.Answered(took, busy)
	}
}
