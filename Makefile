# The only entry. `make demo` shows the main job; `make test` is what CI runs; FULL=1 turns skips into failures.
.PHONY: demo test lint format header bench fuzz soak package library embedded install clean

FULL ?= 0
PYTHON ?= python3

demo: package
	@$(PYTHON) tests/e2e/demo.py

test:
	@$(PYTHON) tests/run.py $(if $(filter 1,$(FULL)),--full) $(SUITES)

lint:
	@$(PYTHON) tests/run.py format lint

format:
	cargo fmt --all
	build/venv-tools/bin/ruff format -q --config bindings/python/pyproject.toml bindings/python tests fuzz benches ffi

# The C headers are generated and committed; `make test` compares.
header:
	cd ffi && cbindgen -q --config cbindgen.toml --crate mcpauth-ffi --output include/mcpauth.h
	cd ffi/embedded && cbindgen -q --config cbindgen.toml --crate mcpauth-embedded --output ../include/mcpauth_embedded.h

# The wheel, the npm tarball and the C library, as a user would install them.
package:
	@tests/package.sh

# The C library alone, and its installation: make install PREFIX=/usr/local [LIBDIR=...] [DESTDIR=...]
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
library: embedded
	cargo build --release -p mcpauth-ffi

# The C library without a heap, for this machine; ffi/README.md has the command for another.
embedded:
	cd ffi/embedded && cargo build --quiet --release --target-dir ../../target/embedded

install:
	@PREFIX='$(PREFIX)' LIBDIR='$(LIBDIR)' DESTDIR='$(DESTDIR)' ffi/install.sh

# The engine and its packages beside the libraries people use today: docs/benchmarks.md. It fails for wrong answers,
# never for slow ones. QUICK=1 takes under three minutes once everything is built.
QUICK ?= 0
bench: package
	@tests/e2e/setup.sh build/wheels/*.whl build/tarballs/*.tgz fastmcp node
	@$(PYTHON) benches/run.py $(if $(filter 1,$(QUICK)),--quick)

# Every fuzz target for some minutes: make fuzz MINUTES=30
MINUTES ?= 1
fuzz:
	@$(PYTHON) tests/run.py tools
	@fuzz/run.sh $$(($(MINUTES) * 60))

# The C library's HTTP example under load while keys rotate: make soak SECONDS=60
SECONDS ?= 60
soak: package
	@tests/e2e/setup.sh build/wheels/*.whl build/tarballs/*.tgz
	@ffi/tests/http.sh
	@build/venv-mcp2/bin/python ffi/tests/soak.py $(SECONDS)

clean:
	rm -rf build target
