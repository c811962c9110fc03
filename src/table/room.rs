//! Room for texts, handed on from one batch to a later one: however many batches there are, they take the memory of those that are under way at once.

use std::sync::Mutex;

/// Room beyond this is given up: few batches need it.
const LARGEST: usize = 4 << 20;

/// Room that nobody uses at present.
#[derive(Default)]
pub(super) struct Room(Mutex<Vec<Vec<u8>>>);

impl Room {
    /// Room that was used before, if there is any, with nothing in it.
    pub(super) fn take(&self) -> Vec<u8> {
        self.0.lock().ok().and_then(|mut free| free.pop()).unwrap_or_default()
    }

    /// Hands room on.
    pub(super) fn give(&self, mut room: Vec<u8>) {
        room.clear();
        if (1..=LARGEST).contains(&room.capacity())
            && let Ok(mut free) = self.0.lock()
        {
            free.push(room);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_handed_on_empty_unless_it_is_large() {
        let room = Room::default();
        room.give(b"abc".to_vec());
        room.give(vec![0; LARGEST + 1]);
        let again = room.take();
        assert!(again.is_empty() && again.capacity() >= 3);
        assert_eq!(room.take().capacity(), 0);
    }
}
