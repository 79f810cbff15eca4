# The verbs of this house; `make` alone explains them. Each is a line or two, the work is in cargo and scripts/.
.DEFAULT_GOAL := help
.PHONY: help demo demo-reset build test check night tidy bench proof proof-short

help: ## explain the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: build ## build, play eight nights of made-up doctors, and open the pages on this machine
	@./target/demo/reval demo

demo-reset: ## forget the demo's nights, so that the next demo plays them again
	rm -rf .demo

build: ## build the program with everything its pages need
	@scripts/build.sh

test: ## install what tests need, run all of them on real servers, end with the counts
	@scripts/test.sh

check: ## the quick loop: formatting and lints, no tests
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

tidy: ## only the rules of the house: crate edges, sizes, where drivers and clocks may be named
	cargo test --locked --test tidy

night: build ## play one bad night in a sandbox: make night NAME=S06
	./target/demo/reval drill $(NAME)

bench: ## measure, with ratios against the bare contestant
	cargo bench --locked

proof: ## prove it all, for hours, and write docs/proof.md; make proof PART=drills plays one part, and what has ended is kept
	@scripts/proof.sh --resume $(if $(PART),--part $(PART))

proof-short: ## each part of the proof as small as it goes, in minutes
	@scripts/proof.sh --short $(if $(PART),--part $(PART))
