//! A batch of shipments to rows: all of it in columns, and what columns leave open, or is written unusually, each shipment by itself.

use super::arrow::View;
use super::batches::Batch;
use super::cutter::Cutter;
use super::flat::Cuts;
use super::known::Known;
use super::output::Done;
use super::rendered::Rendered;
use super::run::{Job, Judged};
use super::summary::Summary;
use super::written::Unread;
use crate::eval::Decisions;
use crate::explain::explain;
use crate::facts::{Builder, Shipments};

/// What a thread keeps from one batch to the next.
pub(super) struct Worker<'j> {
    job: &'j Job<'j>,
    cutter: Cutter,
    cuts: Cuts,
    known: Known<'j>,
    builder: Builder<'j>,
    rendered: Rendered<'j>,
}

impl<'j> Worker<'j> {
    pub(super) fn new(job: &'j Job<'j>) -> Worker<'j> {
        let judge = job.judge;
        Worker {
            job,
            cutter: Cutter::new(),
            cuts: Cuts::default(),
            known: Known::new(judge),
            builder: Builder::new(judge.policy, judge.program().bound_lists()),
            rendered: Rendered::new(judge, job.format),
        }
    }

    /// Judges a batch; so many open shipments were explained so far.
    pub(super) fn judge(&mut self, batch: &Batch, explained: usize) -> Judged {
        let judge = self.job.judge;
        let (mut done, mut summary, mut explanations) = (Done::default(), Summary::default(), Vec::new());
        let room = self.job.explain_open.saturating_sub(explained);
        let taken = self.taken(batch);
        let shipments = self.builder.take();
        let decisions = judge.decide(&shipments, self.job.on, &self.job.readings);
        self.rendered.begin();
        let mut next = 0;
        for (unread, is_taken) in batch.shipments.iter().zip(taken) {
            if is_taken {
                next += 1;
                if decisions.is_settled(next - 1) && self.settled(&shipments, &decisions, next - 1, &mut done.rows) {
                    summary.shipments += 1;
                    continue;
                }
            }
            let is_wanted = explanations.len() < room;
            explanations.extend(self.by_itself(batch, unread, is_wanted, &mut done, &mut summary));
        }
        self.rendered.counted().for_each(|(row, times)| summary.count(row, times));
        done.arrays = self.rendered.arrays();
        Judged { done, explained: explanations, summary, end: batch.end.clone() }
    }

    /// Takes the shipments of a batch into columns; which of them are written plainly enough for that.
    fn taken(&mut self, batch: &Batch) -> Vec<bool> {
        // What is assumed is filled in one shipment at a time.
        if !self.job.background.assumptions.is_empty() {
            return vec![false; batch.shipments.len()];
        }
        let views = batch.views();
        batch.shipments.iter().map(|unread| self.take(batch, unread, &views)).collect()
    }

    fn take(&mut self, batch: &Batch, unread: &Unread, views: &[View<'_>]) -> bool {
        let columns = batch.columns.as_deref();
        match unread {
            Unread::Row(row, _) => columns
                .and_then(|columns| columns.arrays.as_ref())
                .is_some_and(|arrays| arrays.fill(&mut self.builder, views, *row)),
            Unread::Lines(of) => {
                let is_odd = of.is_too_long || of.is_apart || batch.lines[of.lines.clone()].iter().any(|line| line.is_too_long);
                let mut lines = batch.texts(of);
                match columns.map(|columns| columns.flat.as_ref()) {
                    _ if is_odd => false,
                    Some(flat) => flat.is_some_and(|flat| flat.fill(&mut self.builder, lines, &mut self.cutter, &mut self.cuts)),
                    None => {
                        let text = lines.next().and_then(|line| std::str::from_utf8(line).ok());
                        text.is_some_and(|text| self.builder.json(text))
                    }
                }
            }
        }
    }

    /// Writes the rows of a shipment that is settled; not one of them where an item has no path of its own.
    fn settled(&mut self, shipments: &Shipments, decisions: &Decisions, at: usize, out: &mut Vec<u8>) -> bool {
        let (id, day) = (shipments.id(at), decisions.day(at));
        let policy = self.job.judge.policy;
        let paths: Option<Vec<String>> = decisions.items(at).map(|(record, row)| shipments.path(policy, record, row)).collect();
        let Some(paths) = paths else { return false };
        for (place, one) in decisions.conclusions(at).enumerate() {
            self.rendered.write(decisions, one, id, paths.get(place).map(String::as_str), day, out);
        }
        true
    }

    /// Judges a shipment by itself; its explanation, where that is wanted and it is open.
    fn by_itself(
        &mut self,
        batch: &Batch,
        unread: &Unread,
        is_wanted: bool,
        done: &mut Done,
        summary: &mut Summary,
    ) -> Option<Vec<u8>> {
        let Job { judge, on, readings, background, .. } = self.job;
        let written = batch.read(unread, &mut self.cutter);
        let facts = match written.load(judge.policy, *background) {
            Ok(facts) => facts,
            Err(problems) => {
                let rejected = written.rejected(self.job.inputs.name(batch.file), &problems);
                summary.reject(&rejected);
                push_line(&mut done.rejected, &rejected);
                return None;
            }
        };
        let kept = is_wanted.then(|| facts.clone());
        let (found, is_searched) = self.known.rows(facts, *on, readings);
        summary.shipments += 1;
        summary.searched += u64::from(is_searched);
        found.iter().for_each(|row| summary.count(row, 1));
        self.rendered.write_rows(&found, &mut done.rows);
        let facts = kept.filter(|_| found.iter().any(|row| row.outcome.is_none()))?;
        let mut line = Vec::new();
        push_line(&mut line, &explain(judge, &judge.judge(facts, *on, readings.clone()), written.line as usize));
        Some(line)
    }
}

fn push_line(out: &mut Vec<u8>, value: &impl serde::Serialize) {
    // To write into memory cannot fail.
    let _ = serde_json::to_writer(&mut *out, value);
    out.push(b'\n');
}
