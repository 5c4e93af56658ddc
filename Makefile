# A convenience for Linux and macOS; README.md gives the same steps as plain pip and conda lines.
PYTHON ?= python3
BIN := .venv/bin
CORE := .venv/core.stamp
DEV := .venv/dev.stamp
DEEP := .venv/deep.stamp
SPARK := .venv/spark.stamp
JOBS ?= 2
# pip compiles nothing beforehand (--no-compile): most modules are never imported, and the others are compiled then,
# once; where this is set, as in many containers, each process would compile them again.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help run test quick checks notebooks lab data lock bench deep spark clean dev

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(CORE): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "The workbook needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $$($(PYTHON) --version). Say make PYTHON=python3.12 $(MAKECMDGOALS)."; exit 2; }
	@echo "Setting up .venv (a few minutes, once) ..."
	@rm -rf .venv && $(PYTHON) -m venv .venv
	@$(PIP) install --upgrade pip  # the one that comes with Python 3.11 takes twice as long
	@$(PIP) install --no-compile --require-hashes -r requirements.lock
	@$(PIP) install --no-compile --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): $(CORE) requirements-dev.lock
	@echo "Adding the tools for the checks ..."
	@$(PIP) install --no-compile --require-hashes -r requirements-dev.lock
	@touch $@

dev: $(DEV)

run: $(CORE)  ## set up .venv and run the whole course on the bundled data
	@$(BIN)/workbook run --jobs $(JOBS)

test: checks  ## set up .venv and run every check, notebooks included
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n $$(($(JOBS) + 1)) --dist loadscope --no-loadscope-reorder -m "not deep and not spark" --nbval-lax tests notebooks

quick: checks  ## these, and the tests that take three minutes
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n $(JOBS) --dist loadscope -p no:nbval -m "not slow and not deep and not spark" tests

checks: $(DEV)  ## format, lint, spelling, types and layers of imports
	$(BIN)/ruff format --check conftest.py src tests benchmarks docs
	$(BIN)/ruff check conftest.py src tests benchmarks docs
	$(BIN)/ruff format --check --line-length 88 notebooks
	$(BIN)/ruff check --line-length 88 notebooks
	$(BIN)/python tests/prose.py notebooks build/prose
	$(BIN)/codespell --dictionary - --dictionary docs/words.txt build/prose src/workbook/course/lessons
	$(BIN)/mypy
	$(BIN)/lint-imports

notebooks: $(DEV)  ## re-execute the notebooks, and write the tables that list them
	$(BIN)/python -m workbook.course.contents
	$(BIN)/python -m workbook.course.execute notebooks

lab: $(CORE)  ## open JupyterLab on a copy of the notebooks in my/
	@$(BIN)/workbook lab

data: $(CORE)  ## make the bundled data and the data dictionary anew
	$(BIN)/workbook data make datasets/lanyu --replace
	$(BIN)/python -c "from workbook.tables.package import dictionary; print(dictionary(), end='')" > datasets/README.md

lock:  ## compile the two locks from pyproject.toml (needs uv)
	uv pip compile --universal --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --no-header \
	  --python-version 3.11 --quiet --extra build pyproject.toml --output-file requirements.lock
	uv pip compile --universal --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --no-header \
	  --python-version 3.11 --quiet --extra dev --constraint requirements.lock pyproject.toml --output-file requirements-dev.lock

bench: $(DEV)  ## measure against peers, and write benchmarks/RESULTS.md
	$(BIN)/python benchmarks/run.py

$(DEEP): $(DEV)
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	  { echo "The deep part is tested on Python 3.11; .venv has $$($(BIN)/python --version). Say make clean, then make PYTHON=python3.11 deep."; exit 2; }
	@echo "Adding torch and an encoder of sentences ..."
	@$(PIP) install "workbook[deep]"
	@touch $@

deep: $(DEEP)  ## add the extra deep to .venv, and check what needs it (Python 3.11)
	$(BIN)/python -m pytest -q -p no:nbval -m deep tests
	$(BIN)/python -m pytest -q --nbval-lax notebooks/02_segmentation/03_recommenders.ipynb

clean:  ## remove what the targets made, but not my/
	rm -rf .venv output build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(SPARK): $(DEV)
	@echo "Adding Spark ..."
	@$(PIP) install "workbook[spark]"
	@touch $@

spark: $(SPARK)  ## add the extra spark to .venv, and check what needs it (Java 17 or later)
	$(BIN)/python -m pytest -q -p no:nbval -m spark tests
