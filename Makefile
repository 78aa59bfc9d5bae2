# Every target is a line or two over scripts/, so that all of it can be run by hand as well.

# Clusters that the end-to-end suite runs against, comma separated: processes, kind nodes, services of docker-compose.
E2E_CLUSTERS ?= local,kind,compose
# More arguments for the end-to-end suite, for example: make e2e E2E_ARGS='-ginkgo.label-filter=refusals'
E2E_ARGS ?=

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

.PHONY: build
build: ## Build bin/eksauth
	@scripts/build.sh

.PHONY: upstream
upstream: ## Build the real Kubernetes, etcd and authenticator programs into bin/upstream (once)
	@scripts/upstream.sh

.PHONY: test
test: build upstream ## Vet, unit tests with -race, dependency rules, and the end-to-end story on local clusters
	@scripts/unit.sh
	@scripts/e2e.sh local

.PHONY: e2e
e2e: build upstream ## Run the end-to-end suite on E2E_CLUSTERS (default: all)
	@scripts/e2e.sh '$(E2E_CLUSTERS)' $(if $(E2E_ARGS),'$(E2E_ARGS)')

.PHONY: lint
lint: ## Run golangci-lint and shellcheck
	@scripts/lint.sh

.PHONY: up
up: build upstream ## Build what is needed and start the stack in the background
	@bin/eksauth up --detach

.PHONY: down
down: build ## Stop the stack; its state is kept (bin/eksauth down --purge forgets it)
	@bin/eksauth down

.PHONY: demo
demo: build upstream ## Show who gets in and who does not, step by step, with the real clients
	@scripts/demo.sh

.PHONY: bench
bench: build upstream ## Run the benchmarks and print their figures
	@scripts/bench.sh

.PHONY: clean
clean: ## Remove what was built; running stacks must be down first
	@scripts/clean.sh
