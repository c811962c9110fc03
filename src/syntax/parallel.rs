//! The files of a policy, parsed side by side: reading a policy takes most of the time that judging one shipment does.

use super::{File, parse_blocks};
use crate::diagnostic::Diagnostic;
use crate::side_by_side::side_by_side;
use crate::source::{SourceId, Sources};

/// What parsing one file comes to.
type Parsed = (File, Vec<Diagnostic>);

/// Parses files, the longest first; the result is in the order asked for.
pub(crate) fn parse_files(sources: &Sources, ids: &[SourceId], wanted: fn(&str) -> bool) -> Vec<Parsed> {
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(sources.get(ids[*at]).text.len()));
    let parsed = side_by_side(order.len(), |at| parse_blocks(sources, ids[order[at]], wanted));
    let mut parsed: Vec<(usize, Parsed)> = order.into_iter().zip(parsed).collect();
    parsed.sort_by_key(|(at, _)| *at);
    parsed.into_iter().map(|(_, parsed)| parsed).collect()
}
