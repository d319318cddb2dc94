# Reelback. `make` prints what there is.

SHELL       := /bin/bash
.DEFAULT_GOAL := help
BIN         := bin/reelback
VERSION     := $(shell git describe --tags --always --dirty 2>/dev/null)
LDFLAGS     := -s -w -X main.version=$(VERSION)
GO_BUILD    := CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)'
# The race detector needs cgo. The transpiled SQLite is left out of it: it has one writer by
# construction, and inside the detector it is some fifty times slower.
RACE        := CGO_ENABLED=1 go test -race '-gcflags=modernc.org/sqlite/lib=-race=false' \
               '-gcflags=modernc.org/libc=-race=false'

.PHONY: help run dev demo generate build test test-engines lint soak fuzz bench bench-long bench-peers prepare

help: ## Print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: ## Build and serve on http://localhost:8080, everything under data/
	@$(GO_BUILD) -o $(BIN) ./cmd/reelback
	@$(BIN) serve

dev: ## Serve, and start anew whenever a template or a Go file changes
	go tool templ generate --watch --cmd "go run -tags dev ./cmd/reelback serve --log-level debug"

demo: ## Serve beside a fake provider that sends a day of callbacks; nothing is kept
	@$(GO_BUILD) -o $(BIN) ./cmd/reelback
	@$(BIN) demo

generate: ## Write the Go code of the templates
	go tool templ generate

build: ## Build bin/reelback, one static binary
	$(GO_BUILD) -o $(BIN) ./cmd/reelback

prepare:
	@.ci/prepare

test: prepare ## Install what the tests need and run all of them under the race detector
	$(RACE) -timeout 14m ./...

test-engines: ## Play and seek in Firefox and WebKitGTK as well; installs both from Debian
	@.ci/prepare engines
	CGO_ENABLED=0 go test -run TestThePlayerSeeksInEveryEngine -v ./cmd/reelback

lint: ## Formatting, vet, staticcheck, up-to-date templates, the arrows between packages
	@.ci/lint

soak: prepare ## Kill the program 200 times under load; takes minutes
	REELBACK_TEST_KILLS=200 $(RACE) -timeout 60m \
	    -run 'TestNothingAnsweredIsLost|TestNoKillCostsMoreThanABlock' -v ./cmd/reelback

fuzz: ## Run every fuzz target for FUZZTIME (60s) each
	@.ci/fuzz

bench: ## Print the benchmarks, each against its yardstick in the same run
	CGO_ENABLED=0 go test -run '^$$' -bench Callbacks -benchtime 1x ./cmd/reelback

bench-long: prepare ## The same with a million tasks, with slow syncs, and the memory of a minute
	CGO_ENABLED=0 go test -run '^$$' -bench Long -benchtime 1x -timeout 60m ./cmd/reelback

bench-peers: ## Fetching beside curl, serving beside nginx; installs both from Debian
	@command -v nginx >/dev/null && command -v curl >/dev/null || \
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends nginx-light curl; }
	CGO_ENABLED=0 go test -run '^$$' -bench Peers -benchtime 1x -timeout 30m ./cmd/reelback
