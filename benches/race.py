"""Two ways to do the same, measured in turns, so that what disturbs the machine disturbs both. The twin of race.mjs."""

import statistics
import time

BATCH = 2_000_000  # nanoseconds
ROUNDS = 5


def race(ours, peer, seconds):
    """Nanoseconds a call of each, the least and the median of many batches."""
    ends = time.perf_counter() + seconds
    times = [calls_of_a_batch(ours), calls_of_a_batch(peer)]
    batches = [[], []]
    while len(batches[1]) < ROUNDS or time.perf_counter() < ends:
        for run, calls, measured in zip((ours, peer), times, batches, strict=True):
            started = time.perf_counter_ns()
            for _ in range(calls):
                run()
            measured.append((time.perf_counter_ns() - started) / calls)
    sides = [{"min": min(one[1:]), "median": statistics.median(one[1:])} for one in batches]
    return {"ours": sides[0], "peer": sides[1]}


def calls_of_a_batch(run):
    run()
    started = time.perf_counter_ns()
    run()
    return max(1, BATCH // (time.perf_counter_ns() - started))
