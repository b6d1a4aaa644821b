// Several ways to do the same, measured in turns, so that what disturbs the machine disturbs all. The twin of race.py.

/**
 * Microseconds a call of each candidate by its name, the least and the median of many batches. A candidate is given a
 * number that goes up by one each time, to choose a token by.
 */
export async function race(candidates, rounds, microseconds) {
  const sides = [];
  for (const [name, run] of Object.entries(candidates)) {
    const side = { name, run, calls: 1, next: 0, batches: [] };
    const warm = performance.now() + 30;
    while (side.next < 2_000 && performance.now() < warm) await batch(side); // until it is compiled
    side.calls = Math.max(1, Math.round(microseconds / Math.min(...side.batches)));
    side.batches = [];
    sides.push(side);
  }
  for (let round = 0; round <= rounds; round += 1) {
    for (const side of sides) await batch(side);
  }
  return Object.fromEntries(sides.map(({ name, batches }) => [name, described(batches)]));
}

/** Runs a batch, and tells the microseconds of a call. */
async function batch(side) {
  const { run, calls } = side;
  const started = process.hrtime.bigint();
  for (let call = 0; call < calls; call += 1) {
    const done = run(side.next++);
    if (done instanceof Promise) await done; // what is done at once does not pay for waiting
  }
  const each = Number(process.hrtime.bigint() - started) / 1_000 / calls;
  side.batches.push(each);
  return each;
}

function described(batches) {
  const sorted = batches.slice(1).sort((one, two) => one - two);
  return { min: sorted[0], median: sorted[sorted.length >> 1] };
}
