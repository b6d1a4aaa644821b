//! The names of open objects, kept to find duplicates.

use super::JsonError;
use crate::limits;

/// What a name means, being worked out in 64 bits. It comes out the same however the name is written and in whatever
/// pieces it arrives.
pub(super) struct Hasher {
    hash: u64,
    /// Bytes that are no whole eight yet, the first one lowest, and how many bits they have.
    begun: u64,
    bits: u32,
}

impl Hasher {
    pub(super) const fn new() -> Self {
        Self {
            hash: 0,
            begun: 0,
            bits: 0,
        }
    }

    /// Goes on with up to eight bytes, the first one lowest and zeros behind the last.
    #[inline(always)]
    pub(super) fn write(&mut self, bytes: u64, count: usize) {
        self.begun |= bytes << self.bits;
        let bits = self.bits + 8 * count as u32;
        if bits >= u64::BITS {
            self.mix();
            self.begun = bytes >> 1 >> (u64::BITS - 1 - self.bits);
        }
        self.bits = bits % u64::BITS;
    }

    #[inline(always)]
    pub(super) fn finish(mut self) -> u64 {
        self.begun |= 1 << self.bits; // Where the name ends: NUL characters count.
        self.mix();
        self.hash
    }

    /// Each bit of the product depends on many of either factor, in the middle on all: both halves are used.
    #[inline(always)]
    fn mix(&mut self) {
        let product = u128::from(self.hash ^ self.begun ^ START) * u128::from(FACTOR);
        self.hash = (product >> 64) as u64 ^ product as u64;
    }
}

/// The hash of a name that is written without escapes.
#[inline(always)]
pub(super) fn hash(name: &str) -> u64 {
    let mut hasher = Hasher::new();
    let (eights, rest) = name.as_bytes().as_chunks();
    for eight in eights {
        hasher.write(u64::from_le_bytes(*eight), 8);
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    hasher.write(u64::from_le_bytes(last), rest.len());
    hasher.finish()
}

/// The hashes of all names in the objects that are open, innermost last, and a table to find them in.
///
/// Equal names have equal hashes, so no duplicate passes, and names with equal hashes are refused as duplicates without
/// a look at their text; neither that nor too long a search for a free place comes by accident. Whoever chooses names
/// for it has only his own token refused, after little work.
///
/// Most objects have so few names that each is compared with all before it, and no table is made.
///
/// `OPEN` names fit, half of them in one object.
pub(super) struct Names<'n, const OPEN: usize> {
    hashes: &'n mut Hashes<OPEN>,
    places: &'n mut Table<OPEN>,
    /// Whether nested objects must have unique names too.
    pub(super) everywhere: bool,
    /// A name was refused because there was no room for it.
    pub(super) overflowed: bool,
}

/// Hashes, in halves.
pub(super) type Hashes<const OPEN: usize> = heapless::Vec<[u32; 2], OPEN>;

/// For each place one more than the index of a hash, or 0. There are so many that most are free, or none where no table
/// was needed yet.
pub(super) type Table<const OPEN: usize> = heapless::Vec<[u16; 4], OPEN>;

impl<'n, const OPEN: usize> Names<'n, OPEN> {
    /// Both are empty. They are not made here, for what is made in one piece is filled with zeros, which takes longer than
    /// a usual object.
    pub(super) const fn new(
        hashes: &'n mut Hashes<OPEN>,
        places: &'n mut Table<OPEN>,
        everywhere: bool,
    ) -> Self {
        Self {
            hashes,
            places,
            everywhere,
            overflowed: false,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Adds a name to the innermost object, whose names begin at `first`.
    #[inline(always)]
    pub(super) fn push(&mut self, first: usize, hash: u64) -> Result<(), JsonError> {
        let hash = halves(hash);
        let index = self.hashes.len();
        if index - first == OPEN / 2 || index == OPEN {
            self.overflowed = true;
            return Err(JsonError);
        }
        let named = &self.hashes[first..];
        if named.len() < FEW {
            // Without an early exit the compiler compares several at once.
            let [low, high] = hash;
            let same = |so_far, other: &[u32; 2]| so_far | (other[0] == low) & (other[1] == high);
            if named.iter().fold(false, same) {
                return Err(JsonError);
            }
        } else {
            if named.len() == FEW {
                self.place_all(first)?;
            }
            self.place(first, index, hash)?;
        }
        self.hashes.push(hash).map_err(|_| JsonError)
    }

    /// Puts the first hashes of the innermost object in the table.
    #[inline(never)]
    fn place_all(&mut self, first: usize) -> Result<(), JsonError> {
        self.places.resize(OPEN, [0; 4]).map_err(|_| JsonError)?;
        for index in first..self.hashes.len() {
            self.place(first, index, self.hashes[index])?;
        }
        Ok(())
    }

    /// Puts a hash, which is or will be at `index`, in the table, unless it is there already.
    #[inline(always)]
    fn place(&mut self, first: usize, index: usize, hash: [u32; 2]) -> Result<(), JsonError> {
        let table = self.places.as_flattened_mut();
        for place in places(first, hash, 4 * OPEN) {
            let found = usize::from(table[place]);
            if found == 0 {
                table[place] = index as u16 + 1;
                return Ok(());
            }
            if found > first && self.hashes[found - 1] == hash {
                return Err(JsonError);
            }
        }
        Err(JsonError)
    }

    /// Forgets the names of the innermost object, which begin at `first`. Nothing of what stays was put where it is
    /// because one of them was in the way.
    pub(super) fn close(&mut self, first: usize) {
        let names = &self.hashes[first..];
        if names.len() > FEW {
            let table = self.places.as_flattened_mut();
            for (index, &hash) in (first..).zip(names) {
                let mut places = places(first, hash, 4 * OPEN);
                let taken = index as u16 + 1;
                if let Some(place) = places.find(|&place| table[place] == taken) {
                    table[place] = 0;
                }
            }
        }
        self.hashes.truncate(first);
    }
}

/// So many names of one object are in no table.
const FEW: usize = 16;

/// The places to look at, of so many and in this order, for a name in the object whose names begin at `first`. No other
/// open object begins there, so what is written the same in each is spread.
#[inline(always)]
fn places(first: usize, [low, high]: [u32; 2], count: usize) -> impl Iterator<Item = usize> {
    let hash = u64::from(low) | u64::from(high) << 32;
    let home = (hash ^ first as u64).wrapping_mul(FACTOR) >> 32;
    let next = move |step| (home as usize + step * (step + 1) / 2) % count;
    (0..limits::NAME_PLACES).map(next)
}

const fn halves(hash: u64) -> [u32; 2] {
    [hash as u32, (hash >> 32) as u32]
}

/// Bits without a pattern: those of the fraction of pi. The factor is made odd.
const START: u64 = 0x243f_6a88_85a3_08d3;
const FACTOR: u64 = 0x1319_8a2e_0370_7345;
