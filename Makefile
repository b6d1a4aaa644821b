# The only entry. `make demo` shows the main job; `make test` is what CI runs; FULL=1 turns skips into failures.
.PHONY: demo test lint format header bench soak fuzz package clean

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
	build/venv-tools/bin/ruff format -q --config bindings/python/pyproject.toml bindings/python tests fuzz

# The C header is generated and committed; `make test` compares.
header:
	cd ffi && cbindgen -q --config cbindgen.toml --crate mcpauth-ffi --output include/mcpauth.h

# The wheel, the npm tarball and the C library, as a user would install them.
package:
	@tests/package.sh

fuzz:
	@$(PYTHON) tests/run.py --full fuzz

clean:
	rm -rf build target
