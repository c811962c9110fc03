//! Flat lines straight into columns: which cell belongs to which fact is worked out once for a file.

use super::cells::{LONGEST_CELL, written};
use super::columns::{Column, Columns, Step};
use super::cutter::Cutter;
use super::grid::Grid;
use crate::check::{CheckedPolicy, FieldId, RecordId, Type};
use crate::facts::{Builder, RowId, Written};

/// Where the cells of a line belong.
#[derive(Debug, Clone)]
pub(super) struct Flat {
    /// The records that columns lie in: the shipment, then the element that each line holds, if it does, then what lies within them.
    records: Vec<Within>,
    cells: Vec<Cell>,
    /// The list of which a line holds one element.
    each: Option<FieldId>,
}

/// A record that lies within another one of the same line.
#[derive(Debug, Clone, PartialEq)]
struct Within {
    outer: usize,
    field: FieldId,
    record: RecordId,
}

#[derive(Debug, Clone)]
struct Cell {
    /// The record it lies in.
    record: usize,
    /// The fact; none: the `id` of the shipment.
    field: Option<FieldId>,
    ty: Type,
    /// It is said of the element, not of the whole shipment.
    is_of_element: bool,
}

/// What it takes to cut lines, made once for many.
#[derive(Default)]
pub(super) struct Cuts {
    first: Vec<String>,
    spans: Vec<(usize, usize)>,
    /// The row of each record, once something is said of it.
    rows: Vec<Option<RowId>>,
}

impl Flat {
    /// Where the cells under these columns belong; nothing where columns name places in lists or hold whole lists.
    pub(super) fn new(policy: &CheckedPolicy, columns: &Columns) -> Option<Flat> {
        let each = columns.each.as_ref().and_then(|each| policy.records[0].field(each));
        let mut flat = Flat { records: vec![Within { outer: 0, field: 0, record: 0 }], cells: Vec::new(), each };
        if let Some(each) = each {
            let Type::List(record) = policy.records[0].fields[each].ty else { return None };
            flat.records.push(Within { outer: 0, field: each, record });
        }
        for column in &columns.all {
            let cell = flat.cell(policy, column)?;
            flat.cells.push(cell);
        }
        Some(flat)
    }

    /// Where single facts of a shipment belong, and its `id`; nothing where one of them is no such fact.
    pub(super) fn of_facts(policy: &CheckedPolicy, names: &[&str]) -> Option<Flat> {
        let record = &policy.records[0];
        let cell = |name: &&str| {
            if *name == "id" {
                return Some(Cell { record: 0, field: None, ty: Type::Text, is_of_element: false });
            }
            let field = record.field(name)?;
            let ty = single(&record.fields[field].ty).filter(|ty| !matches!(ty, Type::Set(_)))?;
            Some(Cell { record: 0, field: Some(field), ty, is_of_element: false })
        };
        let cells = names.iter().map(cell).collect::<Option<Vec<_>>>()?;
        Some(Flat { records: vec![Within { outer: 0, field: 0, record: 0 }], cells, each: None })
    }

    /// How many columns there are, where each line is a shipment and each column a fact of the shipment itself.
    pub(super) fn facts_of_shipments(&self) -> Option<usize> {
        let is_own = self.each.is_none() && self.cells.iter().all(|cell| cell.record == 0);
        is_own.then_some(self.cells.len())
    }

    fn cell(&mut self, policy: &CheckedPolicy, column: &Column) -> Option<Cell> {
        let steps: Vec<&str> = column.fields().collect();
        let is_of_element = steps.len() < column.path.len();
        if is_of_element
            && (self.each.is_none() || column.path.get(1) != Some(&Step::Element(0)) || column.path.len() != steps.len() + 1)
        {
            return None;
        }
        if steps == ["id"] {
            return Some(Cell { record: 0, field: None, ty: Type::Text, is_of_element: false });
        }
        let (mut at, within) = if is_of_element { (1, &steps[1..]) } else { (0, &steps[..]) };
        let (last, path) = within.split_last()?;
        for name in path {
            at = self.inner(policy, at, name)?;
        }
        let record = &policy.records[self.records[at].record];
        let field = record.field(last)?;
        let ty = single(&record.fields[field].ty)?;
        Some(Cell { record: at, field: Some(field), ty, is_of_element })
    }

    fn inner(&mut self, policy: &CheckedPolicy, outer: usize, name: &str) -> Option<usize> {
        let of = &policy.records[self.records[outer].record];
        let field = of.field(name)?;
        let Type::Record(record) = of.fields[field].ty else { return None };
        let within = Within { outer, field, record };
        Some(self.records.iter().skip(1).position(|one| *one == within).map_or_else(
            || {
                self.records.push(within.clone());
                self.records.len() - 1
            },
            |at| at + 1,
        ))
    }

    /// Takes all shipments of lines in, a column at a time, where each line is one. Gives back whether they were, and leaves those lines out that could
    /// not be; nothing of these stays.
    pub(super) fn fill_all(&self, builder: &mut Builder<'_>, text: &[u8], grid: &mut Grid) -> bool {
        // What could not be taken in is not there the second time.
        for _ in 0..2 {
            let count = grid.len();
            let mut is_refused = vec![false; count];
            let first = builder.begin_all(count);
            for (at, cell) in self.cells.iter().enumerate() {
                cell.state_all(builder, first, grid.column(text, at), |place| is_refused[place] = true);
            }
            if !is_refused.contains(&true) {
                return builder.end();
            }
            builder.cancel();
            grid.leave_out(&is_refused);
        }
        false
    }

    /// Takes a shipment in. Gives back whether it was; if not, nothing of it stays.
    pub(super) fn fill<'l>(
        &self,
        builder: &mut Builder<'_>,
        lines: impl Iterator<Item = &'l [u8]>,
        cutter: &mut Cutter,
        cuts: &mut Cuts,
    ) -> bool {
        let shipment = builder.begin();
        match self.lines(builder, shipment, lines, cutter, cuts) {
            Some(()) => builder.end(),
            None => {
                builder.cancel();
                false
            }
        }
    }

    fn lines<'l>(
        &self,
        builder: &mut Builder<'_>,
        shipment: RowId,
        lines: impl Iterator<Item = &'l [u8]>,
        cutter: &mut Cutter,
        cuts: &mut Cuts,
    ) -> Option<()> {
        let mut elements = Vec::new();
        let mut says_anything = false;
        for (number, line) in lines.enumerate() {
            let text = cutter.spans(line, &mut cuts.spans)?;
            if cuts.spans.len() != self.cells.len() {
                return None;
            }
            cuts.rows.clear();
            cuts.rows.resize(self.records.len(), None);
            cuts.rows[0] = Some(shipment);
            if let Some(each) = self.each {
                let element = builder.element(shipment, each, number)?;
                cuts.rows[1] = Some(element);
                elements.push(element);
            }
            for (at, (cell, (start, end))) in self.cells.iter().zip(&cuts.spans).enumerate() {
                let text = text.get(*start..*end)?;
                if !cell.is_of_element && number > 0 {
                    // What is said of the whole shipment is the same on each of its lines.
                    (cuts.first.get(at)? == text).then_some(())?;
                    continue;
                }
                if !text.is_empty() {
                    says_anything |= cell.is_of_element;
                    let row = match cuts.rows[cell.record] {
                        Some(row) => row,
                        None => self.row(builder, &mut cuts.rows, cell.record)?,
                    };
                    cell.state(builder, row, text)?;
                }
            }
            if number == 0 && self.each.is_some() {
                cuts.first.clear();
                cuts.first.extend(cuts.spans.iter().map(|(start, end)| text.get(*start..*end).unwrap_or_default().to_string()));
            }
        }
        match self.each {
            Some(_) if !says_anything => None,
            Some(each) => builder.list(shipment, each, &elements, true).then_some(()),
            None => Some(()),
        }
    }
}

impl Flat {
    /// The row of a record: a record of which nothing is said is not there, and may stand for another's.
    fn row(&self, builder: &mut Builder<'_>, rows: &mut [Option<RowId>], record: usize) -> Option<RowId> {
        if rows[record].is_none() {
            let within = &self.records[record];
            let outer = self.row(builder, rows, within.outer)?;
            rows[record] = Some(builder.record(outer, within.field)?);
        }
        rows[record]
    }
}

/// The type of a single fact, or of a set; nothing where it is none.
fn single(ty: &Type) -> Option<Type> {
    (!matches!(ty, Type::List(_) | Type::Register(_) | Type::Record(_))).then(|| ty.clone())
}

impl Cell {
    fn state_all<'t>(
        &self,
        builder: &mut Builder<'_>,
        first: RowId,
        texts: impl Iterator<Item = &'t [u8]>,
        mut refused: impl FnMut(usize),
    ) {
        if let Some(field) = self.field {
            return builder.texts_all(first, field, texts, |text| written(text, &self.ty), refused);
        }
        for (place, text) in texts.enumerate().filter(|(_, text)| !text.is_empty()) {
            let row = RowId { at: first.at + place as u32, ..first };
            if !std::str::from_utf8(text).is_ok_and(|text| builder.id(row, Written::Text(text))) {
                refused(place);
            }
        }
    }

    fn state(&self, builder: &mut Builder<'_>, row: RowId, text: &str) -> Option<()> {
        if text.len() > LONGEST_CELL {
            return None;
        }
        let written = written(text, &self.ty)?;
        let is_stated = match self.field {
            Some(field) => builder.state(row, field, written),
            None => builder.id(row, written),
        };
        is_stated.then_some(())
    }
}
