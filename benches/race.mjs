// Two ways to do the same, measured in turns, so that what disturbs the machine disturbs both. The twin of race.py.

const BATCH = 2_000_000n; // nanoseconds
const ROUNDS = 5;

/** Nanoseconds a call of each, the least and the median of many batches. */
export async function race(ours, peer, seconds) {
  const ends = performance.now() + seconds * 1_000;
  const sides = [];
  for (const run of [ours, peer]) sides.push({ run, calls: await callsOfABatch(run), batches: [] });
  while (sides[1].batches.length < ROUNDS || performance.now() < ends) {
    for (const { run, calls, batches } of sides) {
      const started = process.hrtime.bigint();
      for (let call = 0; call < calls; call += 1) {
        const done = run();
        if (done instanceof Promise) await done; // what is done at once does not pay for waiting
      }
      batches.push(Number(process.hrtime.bigint() - started) / calls);
    }
  }
  const [first, second] = sides.map(({ batches }) => described(batches));
  return { ours: first, peer: second };
}

async function callsOfABatch(run) {
  for (let call = 0; call < 20; call += 1) await run(); // until it is compiled
  const started = process.hrtime.bigint();
  await run();
  return Math.max(1, Number(BATCH / (process.hrtime.bigint() - started)));
}

function described(batches) {
  const sorted = batches.slice(1).sort((one, two) => one - two);
  return { min: sorted[0], median: sorted[sorted.length >> 1] };
}
