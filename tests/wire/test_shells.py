"""No rule in a shell: no status, no error code and no piece of a challenge is spelled outside of core.

The codes are read out of core's own tables. Comments and documentation may speak of them, code may not. The two files
with the documented error classes are the exception: there the codes are names that applications compare with.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "bindings" / "python" / "python" / "mcpauth"
NODE = ROOT / "bindings" / "node"
NAMES_OF_CODES = {PYTHON / "exceptions.py", NODE / "lib" / "errors.js"}

STATUS = re.compile(r"(?<![\w.])(?:20[0-9]|30[0-9]|4[0-9]{2}|50[0-9])(?![\w.])")
CHALLENGE = ["bearer ", "www-authenticate", "realm=", "resource_metadata=", "scope=", "error=", "-32020", "-32700"]


def codes():
    """Every code of core, and every `error` that stands in one of its bodies."""
    table = (ROOT / "core" / "src" / "error.rs").read_text()
    answers = (ROOT / "core" / "src" / "answer.rs").read_text()
    answers = answers[answers.index("fn shape(") : answers.index("impl Refusal")]
    found = set(re.findall(r'"([a-z]+(?:_[a-z]+)+)"', table + answers))
    assert {"missing_authorization", "insufficient_scope", "invalid_token", "session_not_found"} <= found
    return found


def shells():
    files = [*PYTHON.rglob("*.py"), *NODE.glob("*.js"), *NODE.glob("*.mjs"), *(NODE / "lib").rglob("*.js")]
    files += [*(ROOT / "bindings" / "python" / "src").rglob("*.rs"), *(NODE / "src").rglob("*.rs")]
    return sorted(file for file in files if file.name not in {"native.js", "providers.py"})


def code_of(file):
    """What a file does, without what it says about it."""
    text = file.read_text()
    if file.suffix == ".py":
        tree = ast.parse(text)
        for node in ast.walk(tree):  # a string that stands alone is documentation
            if (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                node.value.value = ""
        return ast.unparse(tree)
    return re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", text, flags=re.S)


@pytest.mark.parametrize("file", shells(), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_shell_spells_no_status_code_or_challenge(file):
    code = code_of(file)
    strings = [part for parts in re.findall(r"'([^'\n]*)'|\"([^\"\n]*)\"|`([^`]*)`", code) for part in parts]
    words = {word for string in strings for word in re.findall(r"[a-z]+(?:_[a-z]+)+", string)}
    spelled = set() if file in NAMES_OF_CODES else words & codes()
    assert not spelled, "core decides which code it is"
    assert not STATUS.findall(code), "core decides on the status"
    pieces = [piece for piece in CHALLENGE if any(piece in string.lower() for string in strings)]
    assert not pieces, "core composes the challenge"
