//! Texts that were read before, and what they stand for.

use std::collections::HashMap;

/// How many places a text may be found at without a search; each has two.
const SLOTS: usize = 1024;
/// How many bytes an entry takes beside its text, about.
const ENTRY: usize = 96;

/// What texts stand for. A text is looked for where it was found last, which needs no strong hash; whoever writes many texts that share such a
/// place finds them in a table with a key of its own all the same.
pub(super) struct Dictionary<T> {
    entries: Vec<(Box<[u8]>, T)>,
    slots: Vec<Slot>,
    all: HashMap<Box<[u8]>, u32>,
    bytes: usize,
}

/// A text that was found, and the place of its entry.
#[derive(Clone, Copy)]
struct Slot {
    ends: Ends,
    at: u32,
}

/// How a text begins and ends, and how long it is: all of it, up to twice eight bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ends {
    first: u64,
    last: u64,
    len: usize,
}

impl<T: Clone> Dictionary<T> {
    pub(super) fn new() -> Dictionary<T> {
        let nothing = Slot { ends: Ends { first: 0, last: 0, len: usize::MAX }, at: 0 };
        Dictionary { entries: Vec::new(), slots: vec![nothing; SLOTS], all: HashMap::new(), bytes: 0 }
    }

    /// What a text stands for, which is worked out where it was not met before; nothing where it stands for nothing.
    pub(super) fn find(&mut self, text: &[u8], make: impl FnOnce() -> Option<T>) -> Option<T> {
        let ends = Ends::of(text);
        let place = ends.place();
        for place in [place, place ^ 1] {
            let slot = self.slots[place];
            if slot.ends == ends
                && let Some((known, found)) = self.entries.get(slot.at as usize)
                && (text.len() <= Ends::WHOLE || **known == *text)
            {
                return Some(found.clone());
            }
        }
        let at = match self.all.get(text) {
            Some(at) => *at,
            None => self.add(text, make()?),
        };
        // What stood there longest makes room.
        self.slots[place ^ 1] = self.slots[place];
        self.slots[place] = Slot { ends, at };
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

impl Ends {
    /// Texts of at most so many bytes are the same where their ends are.
    const WHOLE: usize = 16;

    fn of(text: &[u8]) -> Ends {
        let len = text.len();
        match (text.first_chunk(), text.last_chunk(), text.first_chunk(), text.last_chunk()) {
            (Some(first), Some(last), ..) => Ends { first: u64::from_le_bytes(*first), last: u64::from_le_bytes(*last), len },
            (_, _, Some(first), Some(last)) => {
                Ends { first: u32::from_le_bytes(*first).into(), last: u32::from_le_bytes(*last).into(), len }
            }
            _ => Ends { first: text.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)), last: 0, len },
        }
    }

    /// Where a text stands.
    fn place(self) -> usize {
        let mixed = (self.first ^ self.last.rotate_left(29) ^ self.len as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 54) as usize % SLOTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_any_length_are_told_apart() {
        let mut dictionary = Dictionary::new();
        let texts: Vec<String> = (0..40).flat_map(|len| ["a", "b"].map(|one| one.repeat(len))).collect();
        let texts: Vec<String> = texts.into_iter().chain(["x".repeat(9) + "y" + &"x".repeat(9), "x".repeat(19)]).collect();
        for round in 0..2 {
            for text in &texts {
                let found = dictionary.find(text.as_bytes(), || (round == 0).then(|| text.clone()));
                assert_eq!(found.as_ref(), Some(text));
            }
        }
    }

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
