//! Texts that were read before, and what they stand for.

use std::collections::HashMap;

/// How many places a text may be found at without a search; each has two.
const SLOTS: usize = 2048;
/// How many bytes an entry takes beside its text, about.
const ENTRY: usize = 96;
/// A place where nothing was found yet.
const EMPTY: u32 = u32::MAX;

/// What texts stand for. A text is looked for where it was found last, which needs no strong hash; whoever writes many texts that share such a
/// place finds them in a table with a key of its own all the same.
pub(super) struct Dictionary<T> {
    entries: Vec<(Box<[u8]>, T)>,
    slots: Vec<u32>,
    all: HashMap<Box<[u8]>, u32>,
    bytes: usize,
}

impl<T: Clone> Dictionary<T> {
    pub(super) fn new() -> Dictionary<T> {
        Dictionary { entries: Vec::new(), slots: vec![EMPTY; SLOTS], all: HashMap::new(), bytes: 0 }
    }

    /// What a text stands for, which is worked out where it was not met before; nothing where it stands for nothing.
    pub(super) fn find(&mut self, text: &[u8], make: impl FnOnce() -> Option<T>) -> Option<T> {
        let slot = place(text);
        for slot in [slot, slot ^ 1] {
            if let Some((known, found)) = self.entries.get(self.slots[slot] as usize)
                && **known == *text
            {
                return Some(found.clone());
            }
        }
        let at = match self.all.get(text) {
            Some(at) => *at,
            None => self.add(text, make()?),
        };
        // What stood there longest makes room.
        self.slots[slot ^ 1] = self.slots[slot];
        self.slots[slot] = at;
        self.entries.get(at as usize).map(|(_, found)| found.clone())
    }

    fn add(&mut self, text: &[u8], found: T) -> u32 {
        let at = self.entries.len() as u32;
        self.bytes += 2 * text.len() + ENTRY;
        self.entries.push((text.into(), found));
        self.all.insert(text.into(), at);
        at
    }

    /// How many bytes it takes, about.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// Where a text stands: by its length, its first and its last bytes, in which codes and days differ most.
fn place(text: &[u8]) -> usize {
    let mixed = match text {
        [a, b, c, d, ..] => {
            let end = text.last_chunk::<4>().copied().unwrap_or_default();
            u64::from(u32::from_le_bytes([*a, *b, *c, *d])) | u64::from(u32::from_le_bytes(end)) << 32
        }
        _ => text.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)),
    };
    ((mixed ^ text.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 53) as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_read_once_however_many_there_are() {
        let mut dictionary = Dictionary::new();
        for round in 0..3 {
            for number in 0..10_000u32 {
                let text = number.to_string();
                let found = dictionary.find(text.as_bytes(), || (round == 0).then_some(number));
                assert_eq!(found, Some(number));
            }
        }
        assert_eq!(dictionary.find(b"nothing", || None), None);
        assert!(dictionary.bytes() > 10_000 * ENTRY);
    }
}
