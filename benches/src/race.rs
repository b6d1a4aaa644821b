//! Several ways to do the same, measured in turns, so that what disturbs the machine disturbs all of them.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use crate::heap::allocations;

/// How long to measure.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    /// Batches of each candidate, the first of which is for warming up.
    pub(crate) rounds: usize,
    /// Long enough that reading the clock does not count, short enough that many batches are undisturbed.
    pub(crate) batch: Duration,
}

/// One way to do it. Both functions are given a number that goes up by one each time, to choose a token by.
pub(crate) struct Candidate<'a> {
    name: String,
    /// Makes ready for that many calls; not measured.
    setup: Option<Box<dyn FnMut(usize) + 'a>>,
    run: Box<dyn FnMut(usize) + 'a>,
    calls: usize,
    next: usize,
    nanoseconds: Vec<f64>,
}

impl<'a> Candidate<'a> {
    /// One that needs nothing before each batch.
    pub(crate) fn new(name: &str, run: impl FnMut(usize) + 'a) -> Self {
        Self {
            name: name.to_owned(),
            setup: None,
            run: Box::new(run),
            calls: 0,
            next: 0,
            nanoseconds: Vec::new(),
        }
    }

    /// With what is to be done before each batch, given how many calls it has; the number starts from 0 then.
    pub(crate) fn after(self, setup: impl FnMut(usize) + 'a) -> Self {
        Self {
            setup: Some(Box::new(setup)),
            ..self
        }
    }

    fn calibrate(&mut self, pace: Pace) {
        for _ in 0..3 {
            self.calls = 1;
            self.batch();
        }
        let once = self
            .nanoseconds
            .iter()
            .fold(f64::MAX, |one, two| one.min(*two));
        let calls = pace.batch.as_nanos() as f64 / once.max(1.0);
        self.calls = (calls as usize).clamp(1, 1_000_000);
        self.nanoseconds.clear();
    }

    fn batch(&mut self) {
        if let Some(setup) = &mut self.setup {
            setup(self.calls);
            self.next = 0;
        }
        let started = Instant::now();
        for _ in 0..self.calls {
            (self.run)(self.next);
            self.next += 1;
        }
        let elapsed = started.elapsed().as_nanos() as f64;
        self.nanoseconds.push(elapsed / self.calls as f64);
    }

    fn result(&mut self) -> Value {
        let mut sorted = self.nanoseconds[1..].to_vec();
        sorted.sort_by(f64::total_cmp);
        if let Some(setup) = &mut self.setup {
            setup(1);
            self.next = 0;
        }
        json!({
            "min": sorted[0] / 1_000.0,
            "median": sorted[sorted.len() / 2] / 1_000.0,
            "allocations": allocations(&mut || (self.run)(self.next)),
        })
    }
}

/// Measures all of them in turns: microseconds and allocations of a call by name.
pub(crate) fn race(candidates: &mut [Candidate<'_>], pace: Pace) -> Value {
    for one in candidates.iter_mut() {
        one.calibrate(pace);
    }
    for _ in 0..pace.rounds.max(2) {
        for one in candidates.iter_mut() {
            one.batch();
        }
    }
    let results = candidates
        .iter_mut()
        .map(|one| (one.name.clone(), one.result()));
    Value::Object(results.collect::<Map<_, _>>())
}

/// Nanoseconds a call, roughly: good enough to find the slowest of many.
pub(crate) fn glance(mut run: impl FnMut()) -> f64 {
    let mut candidate = Candidate::new("", |_| run());
    let pace = Pace {
        rounds: 3,
        batch: Duration::from_micros(300),
    };
    candidate.calibrate(pace);
    for _ in 0..pace.rounds {
        candidate.batch();
    }
    candidate
        .nanoseconds
        .iter()
        .fold(f64::MAX, |one, two| one.min(*two))
}
