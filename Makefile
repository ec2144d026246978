# `make serve` and `make test` do everything themselves, from a fresh clone on.
# A step is made again when a file that decides it is newer than its stamp.

PYTHON = $(shell for python in python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)
IN_VENV := .venv/bin
PIP_INSTALL := $(IN_VENV)/python -m pip install --quiet --disable-pip-version-check
WEB := $(shell find server/viewer/web 2>/dev/null)
BUNDLE := server/viewer/static/manifest.json

# Python compiles each source once: without its caches every process that starts does so for itself,
# which takes a quarter longer.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help serve test lint soak bench audit bundle wheel screenshots lock
.DELETE_ON_ERROR:

help:
	@echo "make serve        install, and run the map on http://127.0.0.1:8000"
	@echo "make test         install what the tests need, and run them (WHOLE=1: all of them, as CI does)"
	@echo "make lint         formatting, types and import directions only"
	@echo "make soak         the long tests"
	@echo "make bench        the measurements (BENCH=\"--quick made\": some, on little data)"
	@echo "make audit        what is known against the locked packages (asks PyPI and npm)"
	@echo "make bundle       the browser's files"
	@echo "make wheel        dist/*.whl, to be installed without this tree"
	@echo "make screenshots  the README's pictures"
	@echo "make lock         pin the Python packages again (UPGRADE=1: to the newest releases)"

serve: .venv/.run $(BUNDLE)
	@exec $(IN_VENV)/bosai serve

# Types are checked beside the tests, and three workers for each core test, as tests wait for servers
# and browsers. Files come in their order: pytest-xdist's own begins with those of many tests, and
# long files have few. With WHOLE=1, as in CI, all tests run; else those marked `breadth` do not.
test: .venv/.dev $(BUNDLE)
	@tools/test-needs.sh
	@$(MAKE) --no-print-directory lint & lint=$$!; \
		$(IN_VENV)/python -m pytest -n $$((3 * $$(nproc))) --maxprocesses 8 --dist loadfile \
			--no-loadscope-reorder --durations 25 \
			-m "not soak$(if $(WHOLE),, and not breadth)"; \
		status=$$?; wait $$lint || { echo "make test: make lint failed, see above" >&2; exit 1; }; \
		exit $$status

lint: .venv/.dev
	@echo "checking formatting, types and import directions"
	@$(IN_VENV)/ruff check --quiet
	@$(IN_VENV)/ruff format --check --quiet
	@$(IN_VENV)/mypy --no-error-summary
	@$(IN_VENV)/lint-imports --no-logo

soak: .venv/.dev $(BUNDLE)
	@tools/test-needs.sh soak
	@$(IN_VENV)/python -m pytest -m soak || { status=$$?; \
		[ $$status -eq 5 ] && echo "make soak: there are no long tests yet" || exit $$status; }

bench: .venv/.dev $(BUNDLE)
	@$(IN_VENV)/python -m tests.benchmarks.run $(BENCH)

audit: .venv/.dev
	@tools/audit.sh

screenshots: .venv/.dev $(BUNDLE)
	@tools/test-needs.sh
	@$(IN_VENV)/python tools/screenshots.py

bundle: $(BUNDLE)

wheel: .venv/.run $(BUNDLE)
	@$(IN_VENV)/python -m hatchling build --target wheel

lock: .venv/.dev
	@tools/lock.sh $(if $(UPGRADE),--upgrade)

.venv/.created:
	@test -n "$(PYTHON)" || { echo "make: Python 3.11 or newer is needed, as python3.11 or python3" >&2; exit 1; }
	@echo "creating .venv with $(PYTHON)"
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv; \
		echo "make: $(PYTHON) cannot create .venv (Debian: apt-get install python3-venv)" >&2; exit 1; }
	@touch $@

# The packages to run with, at the versions and hashes of the lock; then this tree itself, in place.
.venv/.run: requirements.lock pyproject.toml | .venv/.created
	@echo "installing into .venv"
	@$(PIP_INSTALL) --require-hashes -r requirements.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.run
	@echo "installing the test tools into .venv"
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

# .npmrc keeps installed packages from running scripts of their own.
node_modules/.package-lock.json: package-lock.json .npmrc | .venv/.run
	@echo "installing the browser libraries"
	@tools/with-node.sh npm ci --loglevel=error
	@touch $@

$(BUNDLE): node_modules/.package-lock.json package.json tools/bundle.mjs $(WEB)
	@tools/with-node.sh npm run --silent build
