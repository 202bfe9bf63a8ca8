# Biaochi 标尺 – the commands of every day. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help web demo build test test-web check bench gen clean-demo

CARGO ?= cargo
DEMO_DIR ?= workspace/demo
TARGET = $(or $(CARGO_TARGET_DIR),target)
# What the installed packages of the web application are newer than, or they are installed again.
PACKAGES = web/node_modules/.package-lock.json
NPM := $(shell command -v npm)
# `make demo SERVE=no` ends before the service starts.
SERVE ?= yes
# A binary with the web application in it; without one, it is built.
BIAOCHI_BIN ?=
# More tests than there are cores: those of the store wait for a database. Each has a thread of its own for what it waits
# for, since threads that wake each other across cores cost more than they bring where tests fill the cores anyway.
TEST_THREADS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2)
# Tests write and read thousands of small files: in memory, where there is room.
TEST_FILES ?= $(shell free=$$(df -k --output=avail /dev/shm 2>/dev/null | tail -n 1); [ "$${free:-0}" -gt 4194304 ] && echo /dev/shm || echo "$${TMPDIR:-/tmp}")
# What a change must pass without a warning. Whoever goes on to the tests can have clippy compile them: see .ci/run.
LINTS ?= $(CARGO) clippy --locked --workspace --all-targets -- -D warnings
# nextest runs the tests of all crates in parallel; plain `cargo test` does the same, more slowly.
NEXTEST := $(shell $(CARGO) nextest --version >/dev/null 2>&1 && echo yes)

help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(PACKAGES): web/package.json web/package-lock.json
ifeq ($(NPM),)
	@echo "没有找到 npm:构建网页需要 Node.js 20.19 或更新的版本,请先安装 / npm is missing: the web application needs Node.js 20.19 or newer" >&2
	@exit 1
else
	@echo "==> 安装网页的依赖 / installing the packages of the web application"
	cd web && npm ci --no-progress
	@touch $@
endif

web: $(PACKAGES) ## Build the web application, which the binary then has in it (needs Node.js 20.19 or newer)
	@echo "==> 构建网页 / building the web application"
	cd web && npm run --silent build && npm run --silent size

build: web ## Build the fully optimised binary with the web application (the first time takes minutes)
	@echo "==> 编译 biaochi(首次需要若干分钟,之后只需几秒)/ building biaochi"
	$(CARGO) build --release --locked -p biaochi-cli

demo: web ## Build, make the synthetic county with its figures, plans, scores and bulletins, and open it in the browser
	@echo "==> 编译 biaochi(首次约需十余分钟,之后只需几秒)/ building biaochi"
	$(CARGO) build --profile demo --locked -p biaochi-cli
	@echo "==> 生成合成数据、导入、分组 / generating, importing, grouping"
	$(TARGET)/demo/biaochi demo --workspace $(DEMO_DIR)
ifeq ($(SERVE),yes)
	@echo "==> 启动服务,请用浏览器打开下面的地址;按 Ctrl+C 结束 / serving, open the address below in a browser"
	$(TARGET)/demo/biaochi serve --workspace $(DEMO_DIR)
endif

test: ## Run every test but those in the browser
ifneq ($(NPM),)
	@$(MAKE) --no-print-directory test-web-units
endif
	@echo "==> doc examples"
	$(CARGO) test --locked --workspace --doc --quiet
	@echo "==> tests"
ifeq ($(NEXTEST),yes)
	@folder=$$(mktemp -d -p $(TEST_FILES)) && trap 'rm -rf "$$folder"' EXIT && \
	TMPDIR=$$folder TOKIO_WORKER_THREADS=1 $(CARGO) nextest run --locked --workspace --test-threads $(TEST_THREADS)
else
	$(CARGO) test --locked --workspace --bins --lib --tests --examples
endif

.PHONY: test-web-units test-web-browser
test-web-units: $(PACKAGES)
	@echo "==> 网页的单元测试和检查 / unit tests and lints of the web application"
	cd web && npm run --silent types:check && npm run --silent typecheck && npm run --silent lint && npm run --silent test

# Screenshots of the main pages are left in web/artefacts/ for a person to look at.
test-web: test-web-units web test-web-browser ## Test the web application, in the browser on the real binary, too

# Nobody in the demo holds the role that must use a second factor; a test makes somebody who does.
test-web-browser: $(PACKAGES)
ifeq ($(BIAOCHI_BIN),)
	@echo "==> 编译 biaochi / building biaochi"
	$(CARGO) build --locked -p biaochi-cli
endif
	@echo "==> 在浏览器中测试 / testing in the browser"
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	binary=$$(realpath $(or $(BIAOCHI_BIN),$(TARGET)/debug/biaochi)) && \
	"$$binary" demo --workspace "$$folder/demo" --records 6000 >"$$folder/demo.log" 2>&1 || { cat "$$folder/demo.log"; exit 1; } && \
	sed -i 's/^#* *second_factor_roles = .*/second_factor_roles = ["city-commission"]/' "$$folder/demo/biaochi.toml" && \
	cd web && BIAOCHI_BIN="$$binary" BIAOCHI_E2E_WORKSPACE="$$folder/demo" npm run --silent e2e

check: ## Formatting, lints, generated files, layer rules, packs
	$(CARGO) fmt --all -- --check
	$(LINTS)
	$(CARGO) xtask deps --check
	$(CARGO) xtask gen --check

gen: ## Write generated files anew
	$(CARGO) xtask gen
	$(CARGO) xtask deps

bench: ## Print the figures and their ratios to a baseline of the same run
	$(CARGO) build --release --locked -p biaochi-cli
	$(TARGET)/release/biaochi bench

clean-demo: ## Remove the demo's workspace
	rm -rf $(DEMO_DIR)
