# The same verbs as every folder of the house; each is one script.
.DEFAULT_GOAL := help
.PHONY: help build test lint fmt bench demo generate clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

build: ## Set up .venv and build every engine that this machine can
	@build_scripts/build_all.sh

test: ## Build everything, run all tests (ARGS go to pytest)
	@build_scripts/test.sh $(ARGS)

lint: ## Check formats, types and habits
	@build_scripts/lint.sh

fmt: ## Format everything
	@build_scripts/lint.sh --fix

bench: ## Run the benchmarks
	@build_scripts/bench.sh $(ARGS)

demo: ## From clone to first result
	@build_scripts/demo.sh $(ARGS)

generate: ## Regenerate code and docs from proto/
	@build_scripts/generate.sh

clean: ## Remove what the builds made
	@build_scripts/clean.sh
