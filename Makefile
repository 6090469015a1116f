# Two commands from a fresh machine: `make demo` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
RUN = $(eval RUN := runs/demo-$(shell date +%Y%m%d-%H%M%S))$(RUN)
DEMO_EPISODES ?= 5

.PHONY: demo test test-slow browser lint train-cards install install-test clean

demo: $(VENV)/.installed
	$(BIN)/visuomotor run Points24 --model cards --seed 0 --out $(RUN)/points24
	$(BIN)/visuomotor report $(RUN)/points24
	$(BIN)/visuomotor eval cards --model cards --episodes $(DEMO_EPISODES) --out $(RUN)/cards

# A process a core, each with one thread: a file's tests stay in one process. The slow ones measure nothing, but fill the machine.
test: $(VENV)/.installed-test browser lint
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile

test-slow: $(VENV)/.installed-test browser
	$(BIN)/python -m pytest -m slow

# What the tests use that pip does not bring: a browser (needed: one that is there, Debian's, or Playwright's own), and
# Google's adb client, Android's shell and fonts for it (without them their tests are skipped or draw boxes).
DEBIAN := adb mksh toybox bubblewrap fonts-noto-cjk fonts-noto-color-emoji
browser: $(VENV)/.installed-test
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  wanted="$$($(BIN)/python -m envs.browser.chromium >/dev/null 2>&1 || echo chromium-headless-shell)"; \
	  for one in $(DEBIAN); do dpkg -s $$one >/dev/null 2>&1 || wanted="$$wanted $$one"; done; \
	  if [ -n "$$wanted" ]; then apt-get update -qq && apt-get install -y -qq --no-install-recommends $$wanted >/dev/null || true; fi; \
	fi
	@$(BIN)/python -m envs.browser.chromium >/dev/null 2>&1 || $(BIN)/python -m playwright install --only-shell chromium
	@$(BIN)/python -m envs.browser.chromium
	@for one in adb mksh bwrap; do command -v $$one >/dev/null || echo "$$one is missing; its tests are skipped (Debian: apt install $(DEBIAN))"; done

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# By the step times seen, an hour and a half or two on two cores. Stop it and start it again: it goes on from its last checkpoint.
train-cards: $(VENV)/.installed-test
	OMP_NUM_THREADS=1 $(BIN)/torchrun --standalone --nproc_per_node 2 -m evals.cards.recipe --out runs/train-cards --export model/checkpoints/cards

install: $(VENV)/.installed
install-test: $(VENV)/.installed-test

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "the virtual environment could not be made (on Debian: apt install python3-venv)"; exit 1; }

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet -e .
	@touch $@

$(VENV)/.installed-test: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet -e '.[test]'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist *.egg-info
