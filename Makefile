# Everything from a bare checkout: `make run` opens the window, `make test` proves that it works.
# Each does its own set-up once, and again only when the locked requirements change.

FEED ?= demo
PYTHON ?=

VENV := .venv
PY := $(VENV)/bin/python
RUN_READY := $(VENV)/.ready-to-run
TEST_READY := $(VENV)/.ready-to-test
PIP_INSTALL := $(PY) -m pip --disable-pip-version-check install --quiet --no-deps --only-binary=:all: --require-hashes

# The program runs from the checkout: there is nothing to build or to install again after an edit.
export PYTHONPATH := $(CURDIR)/desktop:$(CURDIR)/resources
# By the environment, so that no character of a folder's name means anything to the shell.
export FEED PYTHON

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test acceptance lint faults soak bench screenshots lock clean

help:
	@echo 'make run            open the window on the simulated market; FEED=live, FEED=replay:FOLDER'
	@echo 'make test           lint, type checks, import contracts and all tests'
	@echo 'make acceptance     the built program against servers on this machine, as a process'
	@echo 'make lint           the same without the tests'
	@echo 'make faults         try every fault of the live sources on the program, and print what it shows'
	@echo 'make soak           a day of the program in minutes: is it flat? SOAK_HOURS=2 for a quick look'
	@echo 'make bench          measure the speed and memory budgets'
	@echo 'make screenshots    write a picture of each panel and of the window'
	@echo 'make lock           resolve the requirements of pyproject.toml again'
	@echo 'make clean          remove what the other commands made, except the virtual environment'

run: $(RUN_READY)
	@if [ "$$(uname)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	    echo 'There is no display: the light and its readings follow, and the window is drawn to barograph.png.'; \
	    QT_QPA_PLATFORM=offscreen exec $(PY) -m barograph snapshot --feed "$$FEED" --png barograph.png; \
	fi; \
	exec $(PY) -m barograph --feed "$$FEED"

test: lint
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -n 2 --dist loadfile --ignore tests/acceptance/test_program.py

# By itself: the built program needs both cores, or its accelerated clock runs away from it.
acceptance: $(TEST_READY)
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest tests/acceptance

lint: $(TEST_READY)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) $(VENV)/bin/lint-imports

faults: $(TEST_READY)
	@QT_QPA_PLATFORM=offscreen $(PY) -m tests.faults_table

soak: $(TEST_READY)
	@QT_QPA_PLATFORM=offscreen $(PY) -m tests.soak

bench: $(TEST_READY)
	QT_QPA_PLATFORM=offscreen $(PY) -m tests.bench

screenshots: $(TEST_READY)
	@$(PY) packaging/system_libraries.py --install --fonts || echo 'Without these fonts some text is drawn as boxes.'
	QT_QPA_PLATFORM=offscreen $(PY) -m tests.screenshots

# Universal: one file for all supported Pythons and systems. Without download addresses: pip asks whatever index it
# is configured for, and the hashes decide whether the answer is accepted.
UV_COMPILE := $(PY) -m uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
    --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate

lock: $(TEST_READY)
	$(UV_COMPILE) --extra test --output-file packaging/requirements-test.txt
	$(UV_COMPILE) --constraint packaging/requirements-test.txt --output-file packaging/requirements.txt

clean:
	rm -rf build dist barograph.png .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find desktop resources packaging tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@python=$$(sh packaging/find_python.sh "$$PYTHON") && \
	    "$$python" packaging/system_libraries.py --install && \
	    echo 'Making the virtual environment in $(VENV) ...' && \
	    "$$python" -m venv --clear $(VENV)

# A stamp is made anew when the lock file or the environment is newer than it.
$(RUN_READY): packaging/requirements.txt packaging/system_libraries.py $(PY)
	@$(PY) packaging/system_libraries.py --install
	@echo 'Installing the locked packages ...'
	@$(PIP_INSTALL) --requirement packaging/requirements.txt
	@touch $@

$(TEST_READY): packaging/requirements-test.txt packaging/system_libraries.py $(PY)
	@$(PY) packaging/system_libraries.py --install
	@echo 'Installing the locked packages and the tools of the tests ...'
	@$(PIP_INSTALL) --requirement packaging/requirements-test.txt
	@touch $(RUN_READY) $@
