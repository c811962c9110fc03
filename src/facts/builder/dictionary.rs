//! Texts that were read before, and what they stand for.

use std::collections::HashMap;

/// How many texts are found without a search.
const SLOTS: usize = 256;

/// How many bytes an entry takes beside its text, about.
const ENTRY: usize = 64;

/// What texts stand for. A text is looked up by where it stood last, which needs no strong hash; whoever writes many texts that share such a
/// place finds them in a table with a key of its own all the same.
pub(super) struct Dictionary<T> {
    slots: Vec<Option<(Box<[u8]>, T)>>,
    all: HashMap<Box<[u8]>, T>,
    bytes: usize,
}

impl<T: Clone> Dictionary<T> {
    pub(super) fn new() -> Dictionary<T> {
        Dictionary { slots: vec![None; SLOTS], all: HashMap::new(), bytes: 0 }
    }

    /// What a text stands for, which is worked out where it was not met before; nothing where it stands for nothing.
    pub(super) fn find(&mut self, text: &[u8], make: impl FnOnce() -> Option<T>) -> Option<T> {
        let slot = place(text);
        if let Some(Some((known, found))) = self.slots.get(slot)
            && **known == *text
        {
            return Some(found.clone());
        }
        let found = match self.all.get(text) {
            Some(found) => found.clone(),
            None => {
                let found = make()?;
                self.bytes += text.len() + ENTRY;
                self.all.insert(text.into(), found.clone());
                found
            }
        };
        self.slots[slot] = Some((text.into(), found.clone()));
        Some(found)
    }

    /// How many bytes the texts have, about.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// Where a text stands: by its length, its first and its last bytes, in which codes and days differ most.
fn place(text: &[u8]) -> usize {
    let mixed = match text {
        [a, .., y, z] if text.len() < 4 => u64::from(*a) | u64::from(*y) << 8 | u64::from(*z) << 16,
        [a, b, c, d, ..] => {
            let end = text.last_chunk::<4>().copied().unwrap_or_default();
            u64::from(u32::from_le_bytes([*a, *b, *c, *d])) | u64::from(u32::from_le_bytes(end)) << 32
        }
        _ => text.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)),
    };
    ((mixed ^ text.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize % SLOTS
}
