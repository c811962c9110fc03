//! The files of a policy, parsed side by side, the long ones in parts: reading a policy takes most of the time that judging one shipment does.

use super::blocks::{Piece, cut};
use super::scan::scan;
use super::{File, parse_pieces};
use crate::diagnostic::Diagnostic;
use crate::side_by_side::side_by_side;
use crate::source::{SourceId, Sources};
use std::ops::Range;

/// How many bytes of text make a part.
const PART: usize = 1 << 14;

/// Parses files; the result is in the order asked for.
pub(crate) fn parse_files(sources: &Sources, ids: &[SourceId], wanted: fn(&str) -> bool) -> Vec<(File, Vec<Diagnostic>)> {
    let text = |file: usize| &*sources.get(ids[file]).text;
    let (pieces, diagnostics): (Vec<_>, Vec<_>) =
        side_by_side(ids.len(), |file| pieces(ids[file], text(file))).into_iter().unzip();
    let of_file = |file: usize| parts(&pieces[file]).map(move |part| (file, part));
    let parts: Vec<(usize, Range<usize>)> = (0..ids.len()).flat_map(of_file).collect();
    let parsed = side_by_side(parts.len(), |at| {
        let (file, part) = &parts[at];
        parse_pieces(ids[*file], text(*file), &pieces[*file][part.clone()], wanted)
    });
    let begun = |(source, diagnostics): (&SourceId, _)| (File { source: *source, blocks: Vec::new() }, diagnostics);
    let mut files: Vec<_> = ids.iter().zip(diagnostics).map(begun).collect();
    for ((file, _), (blocks, diagnostics)) in parts.iter().zip(parsed) {
        files[*file].0.blocks.extend(blocks);
        files[*file].1.extend(diagnostics);
    }
    files
}

/// The pieces of a text, and what is wrong with its characters; no piece where these cannot be read.
fn pieces(source: SourceId, text: &str) -> (Vec<Piece>, Vec<Diagnostic>) {
    let diagnostics = scan(source, text);
    let is_readable = !diagnostics.iter().any(Diagnostic::is_error);
    (if is_readable { cut(text) } else { Vec::new() }, diagnostics)
}

/// Pieces that follow one another, together as long as a part.
fn parts(pieces: &[Piece]) -> impl Iterator<Item = Range<usize>> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let (begin, first) = (next, pieces.get(next)?);
        let is_in = |piece: &Piece| piece.range.end <= first.range.start + PART;
        next = begin + 1 + pieces[begin + 1..].iter().take_while(|piece| is_in(piece)).count();
        Some(begin..next)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_all_pieces_in_order() {
        let text = (0..3000).map(|at| format!("duty d{at} \"x\"\n")).collect::<String>();
        let pieces = cut(&text);
        let parts: Vec<Range<usize>> = parts(&pieces).collect();
        assert!(parts.len() > 2);
        assert_eq!(parts.into_iter().flatten().collect::<Vec<_>>(), (0..3000).collect::<Vec<_>>());
    }
}
