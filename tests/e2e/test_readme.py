"""The examples of the README run as they stand."""

import re
import subprocess

from stage import BUILD, HERE, MCP2, NODE

README = (HERE.parent.parent / "README.md").read_text()


def block(language):
    [code] = re.findall(rf"^```{language}\n(.*?)^```$", README, re.S | re.M)
    return code


def test_the_python_example_runs():
    subprocess.run([MCP2, "-c", block("python")], check=True, timeout=60)


def test_the_node_example_runs():
    program = BUILD / "e2e-node" / "readme.mjs"
    program.write_text(block("js"))
    subprocess.run([NODE, program], check=True, timeout=60)
