# Needed beforehand: Python 3.11 or newer, and make. `make help` lists what there is.
PORT ?= 8000
# The distribution's own Python first: it is built with every optimisation, and one compiled beside it often is not.
PY   ?= $(firstword $(shell for one in /usr/bin/python3 python3; do \
  $$one -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$one; done) python3)
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

V       := .venv/bin
HOTLINE := $(V)/python -m hotline
PYTEST  := $(V)/python -m pytest -n 3 --dist worksteal
LONGER  := thorough or postgres
INSTALL := $(V)/python -m pip install -qq --disable-pip-version-check --require-hashes --only-binary=:all:
LOCK    := uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header
ASSETS  := build/vendor/htmx.min.js
FIRST   := tools/first_minute.py

# Python is to keep what it has compiled, or every process of the tests and of the server does it again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run setup test test-thorough test-postgres postgres check chaos bench screenshots wheel assets pictures migration lock free-port browser

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 23

run: export HOTLINE_PUBLIC_URL ?= http://127.0.0.1:$(PORT)
run: free-port .venv/.run $(ASSETS) ## look around: install, make a demo, serve it; make run PORT=8001 for another port
	@$(HOTLINE) migrate
	@$(HOTLINE) demo
	@exec $(HOTLINE) serve --port $(PORT)

setup: .venv/.run $(ASSETS) ## for real: install and prepare the database; no demo, no server
	@$(HOTLINE) migrate

test: .venv/.dev $(ASSETS) browser ## run the tests, browser included; REQUIRE_BROWSER=1: fail where there is none
	@CHROMIUM="$(CHROMIUM)" $(PYTEST) -m "not ($(LONGER))"

test-thorough: .venv/.dev $(ASSETS) browser ## run those that take longer: every variant, killed servers, many processes
	@CHROMIUM="$(CHROMIUM)" $(PYTEST) -m "$(LONGER)"

test-postgres: .venv/.dev $(ASSETS) browser ## run both on a PostgreSQL server (15 or newer) that the tests start themselves
	@CHROMIUM="$(CHROMIUM)" $(PYTEST) --database postgresql

postgres: .venv/.run ## for real: install PostgreSQL's driver as well
	@$(INSTALL) -r requirements-postgres.lock

check: .venv/.dev $(ASSETS) ## formatting, lint, imports, types, templates, then all tests but the browser's
	$(V)/python -m ruff format --check .
	$(V)/python -m ruff check .
	$(V)/lint-imports --no-logo
	$(V)/python -m djlint --quiet --lint templates
	$(V)/python -m mypy
	$(PYTEST) -m "not browser"

screenshots: .venv/.dev $(ASSETS) ## take every screen, narrow and wide, light and dark, zh and en (build/screenshots)
	@CHROMIUM="$(CHROMIUM)" $(V)/python -m tools.screenshots

chaos: .venv/.dev $(ASSETS) ## break things under load and look at what is left; ten minutes, the full disk needs root
	@$(V)/python -m chaos run

bench: .venv/.dev $(ASSETS) ## measure what speed is promised, beside limits of the same run; BENCH="--tickets 1000000" for growth
	@$(V)/python -m benchmarks $(BENCH)

wheel: .venv/.dev $(ASSETS) ## build the wheel into dist/
	@$(V)/python -m hatchling build -t wheel

assets: $(ASSETS) ## fetch the browser's third-party files, checked against their hash

pictures: .venv/.dev ## maintainers: take the README's pictures from the demo that runs on PORT
	@CHROMIUM="$(CHROMIUM)" $(V)/python tools/pictures.py http://127.0.0.1:$(PORT)

migration: .venv/.dev ## maintainers: write a migration from the models, make migration m="Add shifts"
	@$(V)/python tools/new_migration.py "$(m)"

lock: ## maintainers: write the lock files from pyproject.toml (needs uv)
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	echo 'psycopg[binary]>=3.3.9' | $(LOCK) -c requirements.lock - -o requirements-postgres.lock
	echo django-htmx==1.29.0 | $(LOCK) --no-deps - -o requirements-assets.lock

$(V)/python:
	@command -v $(PY) >/dev/null || { echo "Python 3.11 or newer is needed: install python3, or say make run PY=/path/to/python3"; \
	  echo "需要Python 3.11或更新的版本：请安装python3，或运行 make run PY=/python3的路径"; exit 1; } >&2
	@$(PY) $(FIRST) python
	@$(PY) $(FIRST) say environment
	@out=$$($(PY) -m venv .venv 2>&1) || { rm -rf .venv; case "$$out" in \
	  *ensurepip*) $(PY) $(FIRST) stop no-venv ;; \
	  *) echo "$$out" >&2; exit 1 ;; esac; }

.venv/.run: requirements.lock | $(V)/python
	@$(V)/python $(FIRST) say packages
	@$(INSTALL) -r $< || $(V)/python $(FIRST) stop not-installed
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.run
	@$(V)/python $(FIRST) say test-packages
	@$(INSTALL) -r $< || $(V)/python $(FIRST) stop not-installed
	@touch $@

$(ASSETS): requirements-assets.lock tools/assets.py | .venv/.run
	@$(V)/python $(FIRST) say assets
	@$(V)/python tools/assets.py || $(V)/python $(FIRST) stop not-installed

free-port: | $(V)/python
	@$(V)/python $(FIRST) port $(PORT)

browser:
	@if [ -n "$(CHROMIUM)" ]; then :; \
	elif [ -n "$(REQUIRE_BROWSER)" ]; then echo "Chromium is missing and REQUIRE_BROWSER is set: apt install chromium, or set CHROMIUM" >&2; exit 1; \
	else echo "No Chromium: the browser tests are skipped (apt install chromium, or set CHROMIUM)"; fi
