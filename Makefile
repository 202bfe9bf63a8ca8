# Biaochi 标尺 – the commands of every day. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help demo build test check bench gen clean-demo

CARGO ?= cargo
DEMO_DIR ?= workspace/demo
TARGET = $(or $(CARGO_TARGET_DIR),target)
# nextest runs the tests of all crates in parallel; plain `cargo test` does the same, more slowly.
NEXTEST := $(shell $(CARGO) nextest --version >/dev/null 2>&1 && echo yes)

help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

build: ## Build the fully optimised binary (the first time takes minutes)
	@echo "==> 编译 biaochi(首次需要若干分钟,之后只需几秒)/ building biaochi"
	$(CARGO) build --release --locked -p biaochi-cli

demo: ## Build, generate the synthetic county, import, group, judge plan and assessment, write bulletins
	@echo "==> 编译 biaochi(首次约需十余分钟,之后只需几秒)/ building biaochi"
	$(CARGO) build --profile demo --locked -p biaochi-cli
	@echo "==> 生成合成数据、导入、分组 / generating, importing, grouping"
	$(TARGET)/demo/biaochi demo --workspace $(DEMO_DIR)

test: ## Run every test
	@echo "==> doc examples"
	$(CARGO) test --locked --workspace --doc --quiet
	@echo "==> tests"
ifeq ($(NEXTEST),yes)
	$(CARGO) nextest run --locked --workspace
else
	$(CARGO) test --locked --workspace --bins --lib --tests --examples
endif

check: ## Formatting, lints, generated files, layer rules, packs
	$(CARGO) fmt --all -- --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	$(CARGO) xtask deps --check
	$(CARGO) xtask gen --check

gen: ## Write generated files anew
	$(CARGO) xtask gen
	$(CARGO) xtask deps

bench: build ## Print the figures and their ratios to a baseline of the same run
	$(TARGET)/release/biaochi bench

clean-demo: ## Remove the demo's workspace
	rm -rf $(DEMO_DIR)
