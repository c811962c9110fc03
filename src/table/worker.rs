//! A batch of shipments to rows: all of it in columns, and what columns leave open, or is written unusually, each shipment by itself.

use super::arrow::View;
use super::batches::Batch;
use super::cutter::Cutter;
use super::flat::Cuts;
use super::grid::Grid;
use super::known::{Found, Known};
use super::objects::Template;
use super::rejected::Rejected;
use super::rows::{Rendered, RowFormat, RowShape, set_aside};
use super::run::Terms;
use super::summary::Summary;
use super::written::{Unread, row_states_too_much, states_too_much};
use crate::eval::Decisions;
use crate::explain::explain;
use crate::facts::{Builder, Shipments};
use arrow_array::RecordBatch;

/// One object in so many may be written otherwise than the others, and is judged by itself.
const RARE: usize = 64;

/// A batch that was judged.
#[derive(Default)]
pub(super) struct Judged {
    /// The rows as lines, or as arrays.
    pub(super) rows: Vec<u8>,
    pub(super) arrays: Option<RecordBatch>,
    /// The shipments that were set aside.
    pub(super) rejected: Vec<Rejected>,
    /// Its open shipments explained, as many as may still be asked for.
    pub(super) explained: Vec<Vec<u8>>,
    pub(super) summary: Summary,
}

/// What a thread keeps from one batch to the next.
pub(super) struct Worker<'j> {
    terms: &'j Terms<'j>,
    explain_open: usize,
    cutter: Cutter,
    cuts: Cuts,
    grid: Grid,
    /// How the objects of the last batch were written.
    template: Option<Template>,
    known: Known<'j>,
    builder: Builder<'j>,
    rendered: Rendered<'j>,
    /// A shipment that is set aside has a row all the same.
    rows_of_all: bool,
}

impl<'j> Worker<'j> {
    pub(super) fn new(terms: &'j Terms<'j>, shape: &RowShape, explain_open: usize) -> Worker<'j> {
        let judge = terms.judge;
        Worker {
            terms,
            explain_open,
            cutter: Cutter::new(),
            cuts: Cuts::default(),
            grid: Grid::default(),
            template: None,
            known: Known::new(judge),
            builder: Builder::new(judge.policy, judge.program().bound_lists()),
            rendered: Rendered::new(judge, shape),
            rows_of_all: shape.format() == RowFormat::Beside,
        }
    }

    /// Judges a batch of a file; so many open shipments were explained so far. Lines are written where there is room for them.
    pub(super) fn judge(&mut self, batch: &Batch, file: &str, explained: usize, rows: Vec<u8>) -> Judged {
        let terms = self.terms;
        let mut judged = Judged { rows, ..Judged::default() };
        let room = self.explain_open.saturating_sub(explained);
        let taken = self.taken(batch);
        let shipments = self.builder.take();
        let decisions = terms.judge.decide(&shipments, terms.on, &terms.readings);
        self.rendered.begin();
        let mut next = 0;
        for (unread, is_taken) in batch.shipments.iter().zip(taken) {
            if is_taken {
                next += 1;
                if decisions.is_settled(next - 1) && self.settled(&shipments, &decisions, next - 1, &mut judged.rows) {
                    judged.summary.shipments += 1;
                    continue;
                }
            }
            let is_wanted = judged.explained.len() < room;
            self.by_itself(batch, unread, file, is_wanted, &mut judged);
        }
        self.rendered.counted().for_each(|(row, times)| judged.summary.count(row, times));
        judged.arrays = self.rendered.arrays();
        judged
    }

    /// Takes the shipments of a batch into columns; which of them are written plainly enough for that.
    fn taken(&mut self, batch: &Batch) -> Vec<bool> {
        // What is assumed is filled in one shipment at a time.
        if !self.terms.background.assumptions.is_empty() {
            return vec![false; batch.shipments.len()];
        }
        let views = batch.views();
        let arrays = batch.columns.as_deref().and_then(|columns| columns.arrays.as_ref());
        if arrays.is_some_and(|arrays| arrays.fill_all(&mut self.builder, &views, batch.shipments.len())) {
            return vec![true; batch.shipments.len()];
        }
        if let Some(taken) = self.taken_from_lines(batch) {
            return taken;
        }
        batch.shipments.iter().map(|unread| self.take(batch, unread, &views)).collect()
    }

    /// Takes the shipments of lines that state single facts into columns, a column at a time; nothing where they are not written like that.
    fn taken_from_lines(&mut self, batch: &Batch) -> Option<Vec<bool>> {
        let Worker { terms, cutter, grid, template, builder, .. } = self;
        let line = |unread: &Unread| match unread {
            Unread::Lines(of) => Some(&batch.lines[of.lines.start]).filter(|line| line.is_sound()),
            Unread::Row(..) => None,
        };
        let lines = batch.shipments.iter().map(line);
        let flat = match batch.columns.as_deref() {
            Some(columns) => {
                let flat = columns.flat.as_ref()?;
                grid.cut(&batch.text, lines, flat.facts_of_shipments()?, cutter);
                flat
            }
            None => {
                let first = lines.clone().flatten().next()?.of(&batch.text);
                if template.as_ref().is_none_or(|template| !template.cut(first, 0, &mut Vec::new())) {
                    *template = Template::of(terms.judge.policy, first);
                }
                let template = template.as_ref()?;
                grid.cut_objects(&batch.text, lines, template);
                // Objects of many kinds are taken in one by one.
                (grid.len() + batch.shipments.len() / RARE >= batch.shipments.len()).then_some(&template.flat)?
            }
        };
        if !flat.fill_all(builder, &batch.text, grid) {
            return None;
        }
        let mut taken = vec![false; batch.shipments.len()];
        grid.lines().for_each(|line| taken[line] = true);
        Some(taken)
    }

    fn take(&mut self, batch: &Batch, unread: &Unread, views: &[View<'_>]) -> bool {
        let columns = batch.columns.as_deref();
        match unread {
            Unread::Row(row, _) => columns
                .and_then(|columns| columns.arrays.as_ref())
                .is_some_and(|arrays| !row_states_too_much(views, *row) && arrays.fill(&mut self.builder, views, *row)),
            Unread::Lines(of) => {
                let is_odd = of.trouble.is_some() || !batch.lines[of.lines.clone()].iter().all(|line| line.is_sound());
                let mut lines = batch.texts(of);
                match columns.map(|columns| columns.flat.as_ref()) {
                    _ if is_odd => false,
                    Some(flat) => flat.is_some_and(|flat| flat.fill(&mut self.builder, lines, &mut self.cutter, &mut self.cuts)),
                    None => {
                        let line = lines.next().filter(|line| !states_too_much(line));
                        let text = line.and_then(|line| std::str::from_utf8(line).ok());
                        text.is_some_and(|text| self.builder.json(text))
                    }
                }
            }
        }
    }

    /// Writes the rows of a shipment that is settled; not one of them where an item has no path of its own.
    fn settled(&mut self, shipments: &Shipments, decisions: &Decisions, at: usize, out: &mut Vec<u8>) -> bool {
        let id = shipments.id(at);
        if !decisions.has_items(at) {
            self.rendered.write(decisions, decisions.whole(at), id, None, at, out);
            return true;
        }
        let policy = self.terms.judge.policy;
        let mut paths = Vec::new();
        for (record, row) in decisions.items(at) {
            let Some(path) = shipments.path(policy, record, row) else { return false };
            paths.push(path);
        }
        for (place, one) in decisions.conclusions(at).enumerate() {
            self.rendered.write(decisions, one, id, paths.get(place).map(String::as_str), at, out);
        }
        true
    }

    /// Judges a shipment by itself, and explains it where that is wanted and it is open.
    fn by_itself(&mut self, batch: &Batch, unread: &Unread, file: &str, is_wanted: bool, judged: &mut Judged) {
        let Terms { judge, on, readings, background } = self.terms;
        let written = batch.read(judge.policy, unread, &mut self.cutter);
        let facts = match written.load(judge.policy, *background) {
            Ok(facts) => facts,
            Err(problems) => {
                let rejected = written.rejected(file.into(), &problems);
                judged.summary.reject(&rejected);
                if self.rows_of_all {
                    judged.summary.rows += 1;
                    self.rendered.write_rows(&[set_aside(judge, rejected.id.clone())], &mut judged.rows);
                }
                judged.rejected.push(rejected);
                return;
            }
        };
        let kept = is_wanted.then(|| facts.clone());
        let (Found { rows: found, possible }, is_searched) = self.known.found(facts, *on, readings);
        judged.summary.shipments += 1;
        judged.summary.searched += u64::from(is_searched);
        found.iter().for_each(|row| judged.summary.count(row, 1));
        judged.summary.allow(possible.names(judge.policy));
        self.rendered.write_rows(&found, &mut judged.rows);
        if let Some(facts) = kept.filter(|_| found.iter().any(|row| row.outcome.is_none())) {
            let mut line = Vec::new();
            push_line(&mut line, &explain(judge, &judge.judge(facts, *on, readings.clone()), written.line as usize));
            judged.explained.push(line);
        }
    }
}

/// Writes a value as a line of JSON.
pub(super) fn push_line(out: &mut Vec<u8>, value: &impl serde::Serialize) {
    // To write into memory cannot fail.
    let _ = serde_json::to_writer(&mut *out, value);
    out.push(b'\n');
}
