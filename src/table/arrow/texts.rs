//! Texts that no two rows share, as an array.

use arrow_array::StringArray;
use arrow_buffer::{Buffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::ArrowError;

/// Takes texts, one by one or many at once, and makes an array of them.
pub(super) struct Texts {
    text: String,
    ends: Vec<i32>,
    nulls: NullBufferBuilder,
}

impl Texts {
    pub(super) fn new() -> Texts {
        Texts { text: String::new(), ends: vec![0], nulls: NullBufferBuilder::new(0) }
    }

    /// How many were taken.
    pub(super) fn len(&self) -> usize {
        self.ends.len() - 1
    }

    /// Takes a text, or nothing.
    pub(super) fn push(&mut self, text: Option<&str>) {
        self.text.push_str(text.unwrap_or_default());
        self.end_at(self.text.len());
        self.nulls.append(text.is_some());
    }

    /// Takes texts that stand behind one another in one; `ends` says where each ends in it.
    pub(super) fn push_all(&mut self, text: &str, ends: impl Iterator<Item = usize>) {
        let (start, before) = (self.text.len(), self.ends.len());
        self.text.push_str(text);
        ends.for_each(|end| self.end_at(start + end));
        self.nulls.append_n_non_nulls(self.ends.len() - before);
    }

    /// A batch has far fewer bytes than an offset counts: beyond them it would be refused when the array is made.
    fn end_at(&mut self, end: usize) {
        self.ends.push(i32::try_from(end).unwrap_or(i32::MAX));
    }

    /// The texts taken so far; it begins anew.
    ///
    /// # Errors
    /// That they are longer than an array can be.
    pub(super) fn take(&mut self) -> Result<StringArray, ArrowError> {
        let Texts { text, ends, mut nulls } = std::mem::replace(self, Texts::new());
        let ends = OffsetBuffer::new(ScalarBuffer::from(ends));
        StringArray::try_new(ends, Buffer::from_vec(text.into_bytes()), nulls.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_taken_one_by_one_and_many_at_once() {
        let mut texts = Texts::new();
        texts.push(Some("é"));
        texts.push_all("abc", [1, 1, 3].into_iter());
        texts.push(None);
        texts.push_all("", std::iter::empty());
        texts.push(Some("x"));
        let array = texts.take().expect("an array");
        assert_eq!(array.iter().collect::<Vec<_>>(), [Some("é"), Some("a"), Some(""), Some("bc"), None, Some("x")]);
        assert_eq!(texts.take().expect("an array").iter().count(), 0);
    }
}
