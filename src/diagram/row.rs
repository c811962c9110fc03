//! The rows of a shipment that stands for all others.

use std::collections::HashMap;
use std::sync::Arc;

/// A row, by its place among those that are known.
pub type Row = u32;

/// Where a row comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RowKind {
    /// The shipment itself.
    Shipment,
    /// The record that a field points to.
    Followed(Row, Arc<str>),
    /// The element of a list that a clause is bound to.
    Bound(Row, Arc<str>),
    /// Any element of a list.
    Any(Row, Arc<str>),
    /// A row of a join: the row outside, and the element.
    Joined(Row, Row),
}

/// Records that point to records are followed so far; beyond, recursion is left open.
const DEEPEST: usize = 4;

/// All rows that came up.
#[derive(Debug, Default)]
pub(super) struct Rows {
    kinds: Vec<RowKind>,
    places: HashMap<RowKind, Row>,
}

impl Rows {
    pub(super) fn row(&mut self, kind: RowKind) -> Row {
        if let Some(row) = self.places.get(&kind) {
            return *row;
        }
        let row = self.kinds.len() as Row;
        self.kinds.push(kind.clone());
        self.places.insert(kind, row);
        row
    }

    /// A row that came up already.
    pub(super) fn known(&self, kind: &RowKind) -> Option<Row> {
        self.places.get(kind).copied()
    }

    pub(super) fn kind(&self, row: Row) -> &RowKind {
        &self.kinds[row as usize]
    }

    /// The row is any element of a list, or lies within one; or it lies so deep that it is treated alike.
    pub(super) fn is_general(&self, row: Row) -> bool {
        let mut at = row;
        for _ in 0..DEEPEST {
            at = match self.kind(at) {
                RowKind::Shipment => return false,
                RowKind::Any(..) => return true,
                RowKind::Followed(outer, _) | RowKind::Bound(outer, _) => *outer,
                RowKind::Joined(outer, element) => return self.is_general(*outer) || self.is_general(*element),
            };
        }
        true
    }

    /// The row is another one or lies within it.
    pub(super) fn is_within(&self, row: Row, other: Row) -> bool {
        if row == other {
            return true;
        }
        match self.kind(row) {
            RowKind::Shipment => false,
            RowKind::Followed(outer, _) | RowKind::Bound(outer, _) | RowKind::Any(outer, _) => self.is_within(*outer, other),
            RowKind::Joined(outer, element) => self.is_within(*outer, other) || self.is_within(*element, other),
        }
    }
}
