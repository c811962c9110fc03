//! Eight bytes at a time, as one integer.

const HIGH: u64 = 0x8080_8080_8080_8080;

/// The same byte eight times.
pub(super) const fn all(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The highest bit of each byte that is 0, and no other bit. (A byte is 0 exactly where neither its highest bit is set nor one of the others.)
pub(super) fn zeros(bytes: u64) -> u64 {
    !(((bytes & !HIGH) + !HIGH) | bytes) & HIGH
}

/// Where the first byte stands of which a bit is set here, from 0: the lowest byte of the integer is the first.
pub(super) fn first(bits: u64) -> usize {
    bits.trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_that_is_nothing_is_found_and_no_other() {
        for byte in 0..=255u8 {
            for at in 0..8 {
                let mut bytes = [byte.wrapping_add(1).max(1); 8];
                bytes[at] = byte;
                let found = zeros(u64::from_le_bytes(bytes));
                assert_eq!(found, if byte == 0 { 0x80 << (8 * at) } else { 0 }, "{bytes:?}");
                assert!(found == 0 || first(found) == at);
            }
        }
        assert_eq!(zeros(all(b',') ^ u64::from_le_bytes(*b",-,.,,\x2d,")), 0x8000_8080_0080_0080);
    }
}
