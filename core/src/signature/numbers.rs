//! Numbers for tests: the same at every run.

use std::vec::Vec;

use sha2::{Digest, Sha512};

/// A stream of numbers, half of them of limbs that carry far: zeros, ones, and what stands beside them.
pub(super) struct Numbers {
    seed: Vec<u8>,
    count: u64,
}

impl Numbers {
    pub(super) fn new(seed: &str) -> Self {
        let (seed, count) = (seed.as_bytes().to_vec(), 0);
        Self { seed, count }
    }

    pub(super) fn bytes(&mut self) -> [u8; 64] {
        self.count += 1;
        let hash = Sha512::new().chain_update(&self.seed);
        hash.chain_update(self.count.to_be_bytes())
            .finalize()
            .into()
    }

    pub(super) fn limb(&mut self) -> u64 {
        let bytes = self.bytes();
        let [random, choice] = [0, 8].map(|start| {
            let mut eight = [0; 8];
            eight.copy_from_slice(&bytes[start..start + 8]);
            u64::from_le_bytes(eight)
        });
        match choice % 16 {
            0 | 1 => 0,
            2 | 3 => u64::MAX,
            4 => 1,
            5 => u64::MAX - 1,
            6 => random & 0xffff_ffff,
            7 => random << 32,
            _ => random,
        }
    }

    pub(super) fn limbs<const L: usize>(&mut self) -> [u64; L] {
        core::array::from_fn(|_| self.limb())
    }
}
