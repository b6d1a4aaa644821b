"""Several ways to do the same, measured in turns, so that what disturbs the machine disturbs all. The twin of race.mjs."""

import statistics
import time


def race(candidates, rounds, microseconds):
    """Microseconds a call of each candidate by its name, the least and the median of many batches.

    A candidate is given a number that goes up by one each time, to choose a token by.
    """
    return take_turns({name: batches_of(run) for name, run in candidates.items()}, rounds, microseconds)


def take_turns(sides, rounds, microseconds):
    """The same with functions that run so many calls and tell the nanoseconds of all."""
    calls = {}
    for name, side in sides.items():
        side(3)
        once = min(side(3) / 3 for _ in range(3))
        calls[name] = max(1, round(microseconds * 1_000 / once))
    batches = {name: [] for name in sides}
    for _ in range(rounds + 1):
        for name, side in sides.items():
            batches[name].append(side(calls[name]) / calls[name] / 1_000)
    return {name: {"min": min(one[1:]), "median": statistics.median(one[1:])} for name, one in batches.items()}


def batches_of(run):
    """A function that runs so many calls and tells their nanoseconds."""
    position = 0

    def batch(calls):
        nonlocal position
        first, position = position, position + calls
        started = time.perf_counter_ns()
        for number in range(first, position):
            run(number)
        return time.perf_counter_ns() - started

    return batch
