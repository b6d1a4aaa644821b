"""Every disagreement between the engine and another library has been read by a person."""

import json
import re
import warnings
from collections import defaultdict
from pathlib import Path

import pytest

from . import ours
from .cases import Case, all_cases
from .oracles import ORACLES

REVIEWED = Path(__file__).with_name("reviewed.json")

# Who disagrees about a token of this name, and what the engine says.
Disagreement = tuple[str, str, tuple[str, ...]]


@pytest.fixture(scope="module")
def seen() -> tuple[list[Case], list[str], dict[str, list[bool]]]:
    cases = all_cases()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # The libraries warn of keys that the cases have on purpose.
        theirs = {name: judge(cases) for name, judge in ORACLES.items()}
    return cases, [ours.judge(case) for case in cases], theirs


def test_the_cases_are_many_and_of_both_kinds(seen: tuple[list[Case], list[str], dict[str, list[bool]]]) -> None:
    cases, mine, theirs = seen
    assert len(cases) > 1_700
    accepted = mine.count("accepted")
    assert 350 < accepted < len(cases) - 350
    for name, verdicts in theirs.items():
        agreeing = sum((one == "accepted") == other for one, other in zip(mine, verdicts, strict=True))
        print(f"{name}: {agreeing} of {len(cases)} as the engine")
        assert agreeing > 0.8 * len(cases), name


def test_every_disagreement_is_reviewed(seen: tuple[list[Case], list[str], dict[str, list[bool]]]) -> None:
    reviewed = {
        (entry["ours"], case, tuple(entry["otherwise"]))
        for entry in json.loads(REVIEWED.read_text())
        for case in entry["cases"]
    }
    found = disagreements(*seen)
    assert found - reviewed == set(), "new disagreements: read them, and give each its reason in reviewed.json"
    assert reviewed - found == set(), "these disagreements are gone: take them out of reviewed.json"


def test_nothing_that_all_libraries_refuse_is_accepted(
    seen: tuple[list[Case], list[str], dict[str, list[bool]]],
) -> None:
    cases, mine, theirs = seen
    lonely = [
        case.name
        for number, case in enumerate(cases)
        if mine[number] == "accepted" and not any(verdicts[number] for verdicts in theirs.values())
    ]
    assert lonely == []


def disagreements(cases: list[Case], mine: list[str], theirs: dict[str, list[bool]]) -> set[Disagreement]:
    """Generated cases of one kind count once, whatever their algorithm."""
    found = defaultdict(set)
    for number, case in enumerate(cases):
        is_accepted = mine[number] == "accepted"
        otherwise = tuple(name for name, verdicts in theirs.items() if verdicts[number] != is_accepted)
        if otherwise:
            name = re.sub(r" \((RS|PS|ES)\d+\)$| \(EdDSA\)$", "", case.name)
            found[name].add((mine[number], name, otherwise))
    return set().union(*found.values())
