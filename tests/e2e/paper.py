"""How the demo looks on a terminal: wrapped, indented, in colour where there is colour."""

import json
import os
import re
import shutil
import sys
import textwrap

WIDTH = min(shutil.get_terminal_size((100, 24)).columns, 110)
COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ
MARGIN = " " * 6
DETAIL = MARGIN + "  "


def paint(code):
    return lambda text: f"\033[{code}m{text}\033[0m" if COLOUR else text


bold, good, bad, warm, cool = paint("1"), paint("32"), paint("1;31"), paint("33"), paint("36")


def headline(text):
    print(bold(f"\n== {text} ".ljust(WIDTH + 1, "=")))


def step(number, sentence):
    print("\n" + wrapped(sentence, f"  {number:>2}. ", MARGIN))


def detail(text, colour=lambda text: text):
    for line in wrapped(text, DETAIL, DETAIL + "  ").splitlines():
        print(colour(line))


def challenge(value):
    """A WWW-Authenticate header, one parameter a line."""
    scheme, parameters = value.split(" ", 1)
    detail(f"WWW-Authenticate: {scheme}", cool)
    for parameter in re.findall(r'[^, ][^"]*"[^"]*",?', parameters):
        detail(f"  {parameter}", cool)


def document(members):
    """A JSON object, one member a line, arrays too."""
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in members.items())
    print(cool(textwrap.indent(f"{{\n{lines}\n}}", DETAIL)))


def wrapped(text, first, rest):
    return textwrap.fill(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
