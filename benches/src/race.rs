//! Two ways to do the same, measured in turns, so that what disturbs the machine disturbs both.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::heap::allocations;

/// Long enough that reading the clock does not count, short enough that many batches are undisturbed.
const BATCH: Duration = Duration::from_micros(1_200);

/// Batches at least, however slow; the first is for warming up.
const ROUNDS: usize = 5;

/// One way to do it.
pub(crate) struct Runner<'a> {
    run: &'a mut dyn FnMut(),
    times: u32,
    nanoseconds: Vec<f64>,
}

/// Measures both in turns for a while. Each is described by nanoseconds and allocations a call.
pub(crate) fn race(
    ours: &mut dyn FnMut(),
    peer: &mut dyn FnMut(),
    budget: Duration,
) -> (Value, Value) {
    let started = Instant::now();
    let (mut ours, mut peer) = (Runner::new(ours), Runner::new(peer));
    while ours.nanoseconds.len() < ROUNDS || started.elapsed() < budget {
        ours.batch();
        peer.batch();
    }
    (ours.result(), peer.result())
}

/// Nanoseconds a call, roughly: good enough to find the slowest of many.
pub(crate) fn glance(run: &mut dyn FnMut()) -> f64 {
    let mut runner = Runner::new(run);
    for _ in 0..3 {
        runner.batch();
    }
    runner.sorted()[0]
}

impl<'a> Runner<'a> {
    fn new(run: &'a mut dyn FnMut()) -> Self {
        run();
        let started = Instant::now();
        run();
        let once = started.elapsed().as_nanos().max(1);
        let times = (BATCH.as_nanos() / once).clamp(1, 1_000_000) as u32;
        Self {
            run,
            times,
            nanoseconds: Vec::new(),
        }
    }

    fn batch(&mut self) {
        let started = Instant::now();
        for _ in 0..self.times {
            (self.run)();
        }
        let elapsed = started.elapsed().as_nanos() as f64;
        self.nanoseconds.push(elapsed / f64::from(self.times));
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.nanoseconds[1..].to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted
    }

    fn result(&mut self) -> Value {
        let sorted = self.sorted();
        json!({
            "min": sorted[0],
            "median": sorted[sorted.len() / 2],
            "allocations": allocations(self.run),
        })
    }
}
