//! The rows of a batch straight into columns of facts.

use super::schema::Arrays;
use super::view::{Seen, View};
use crate::check::{FieldId, Type};
use crate::facts::{Builder, RowId, Written};
use crate::table::cells::written;
use crate::value::Date;
use arrow_array::Array;

impl Arrays {
    /// Takes all shipments of a batch in, a column at a time. Gives back whether they were; if not, nothing of them stays: one of them is written in an
    /// unusual way, or there is more to say than facts of the shipments themselves.
    pub(in crate::table) fn fill_all(&self, builder: &mut Builder<'_>, views: &[View<'_>], count: usize) -> bool {
        let Some(fields) = self.own_fields(builder) else { return false };
        let first = builder.begin_all(count);
        let row = |at: usize| RowId { at: first.at + at as u32, ..first };
        let is_taken = fields.iter().zip(views).all(|(field, view)| match field {
            None => match view.texts() {
                Some(texts) => builder.ids_all(first, texts.iter().map(|id| id.filter(|id| !id.is_empty()))),
                None => (0..count).try_for_each(|at| id(builder, row(at), &view.seen(at))).is_some(),
            },
            Some(field) => column(builder, first, *field, view, count).is_some(),
        });
        if !is_taken {
            builder.cancel();
        }
        is_taken && builder.end()
    }

    /// The fact of the shipment that each column holds, none: the `id`; where they hold nothing else.
    fn own_fields(&self, builder: &Builder<'_>) -> Option<Vec<Option<FieldId>>> {
        let field = |path: &Option<Vec<FieldId>>| match path.as_deref()? {
            [] if builder.policy().records[0].field("id").is_none() => Some(None),
            [field] => Some(Some(*field)),
            _ => None,
        };
        let fields = self.paths.iter().map(field).collect::<Option<Vec<_>>>()?;
        (!self.is_said_twice).then_some(fields)
    }

    /// Takes the shipment of a row in. Gives back whether it was; if not, nothing of it stays.
    pub(in crate::table) fn fill(&self, builder: &mut Builder<'_>, views: &[View<'_>], row: usize) -> bool {
        if self.is_said_twice {
            return false;
        }
        let shipment = builder.begin();
        match self.columns(builder, shipment, views, row) {
            Some(()) => builder.end(),
            None => {
                builder.cancel();
                false
            }
        }
    }

    fn columns(&self, builder: &mut Builder<'_>, shipment: RowId, views: &[View<'_>], row: usize) -> Option<()> {
        for (path, view) in self.paths.iter().zip(views) {
            let seen = view.seen(row);
            if matches!(seen, Seen::Nothing) {
                continue;
            }
            match path.as_ref()?.split_last() {
                None => id(builder, shipment, &seen)?,
                Some((field, within)) => {
                    let mut at = shipment;
                    for field in within {
                        at = builder.record(at, *field)?;
                    }
                    cell(builder, at, *field, &seen, row)?;
                }
            }
        }
        Some(())
    }
}

/// A fact of shipments that follow one another; what stands in the dictionary of the array is read once.
fn column(builder: &mut Builder<'_>, first: RowId, field: FieldId, view: &View<'_>, count: usize) -> Option<()> {
    let row = |at: usize| RowId { at: first.at + at as u32, ..first };
    if let Some((numbers, places)) = view.decimals() {
        let is_taken = match is_full(numbers) {
            true => builder.scaled_all(first, field, numbers.values().iter().map(|number| Some(*number)), places),
            false => builder.scaled_all(first, field, numbers.iter(), places),
        };
        return is_taken.then_some(());
    }
    if let Some((places, texts)) = view.words() {
        let ty = &builder.policy().records[first.record].fields[field].ty;
        let texts: Vec<Option<&str>> = texts.iter().map(|text| text.filter(|text| !text.is_empty())).collect();
        let all = places.values().iter().map(|place| *place as usize);
        let written = |text| written(text, ty);
        let is_taken = match places.nulls().filter(|_| !is_full(places)) {
            None => builder.words_all(first, field, &texts, all.map(Some), written),
            Some(there) => {
                let some = all.zip(there).map(|(place, is_there)| is_there.then_some(place));
                builder.words_all(first, field, &texts, some, written)
            }
        };
        return is_taken.then_some(());
    }
    if let Some(truths) = view.truths() {
        let is_taken = match is_full(truths) {
            true => builder.truths_all(first, field, truths.values().iter().map(Some)),
            false => builder.truths_all(first, field, truths.iter()),
        };
        return is_taken.then_some(());
    }
    if let Some(days) = view.days() {
        let is_taken = match is_full(days) {
            true => builder.days_all(first, field, days.values().iter().map(|day| Some(Date(*day)))),
            false => builder.days_all(first, field, days.iter().map(|day| day.map(Date))),
        };
        return is_taken.then_some(());
    }
    (0..count).try_for_each(|at| cell(builder, row(at), field, &view.seen(at), at))
}

/// Every row of an array says something. Files say of most columns that some might not.
fn is_full(array: &dyn Array) -> bool {
    array.null_count() == 0
}

fn id(builder: &mut Builder<'_>, shipment: RowId, seen: &Seen<'_, '_>) -> Option<()> {
    let is_taken = match seen {
        Seen::Nothing => true,
        Seen::Text(text) => text.is_empty() || builder.id(shipment, Written::Text(text)),
        Seen::Whole(number) => builder.id(shipment, Written::Number(&number.to_string())),
        _ => false,
    };
    is_taken.then_some(())
}

fn cell(builder: &mut Builder<'_>, row: RowId, field: FieldId, seen: &Seen<'_, '_>, at: usize) -> Option<()> {
    let is_taken = match seen {
        Seen::Nothing => true,
        Seen::Truth(truth) => builder.state(row, field, Written::Truth(*truth)),
        Seen::Whole(whole) => builder.scaled(row, field, i64::try_from(*whole).ok()?, 0),
        Seen::Decimal(whole, places) => builder.scaled(row, field, i64::try_from(*whole).ok()?, *places),
        Seen::Day(day) => builder.day(row, field, *day),
        Seen::Text(text) => {
            let ty = &builder.policy().records[row.record].fields[field].ty;
            text.is_empty() || builder.state(row, field, written(text, ty)?)
        }
        Seen::Group(members) => {
            let to = builder.record(row, field)?;
            return group(builder, to, members, at);
        }
        Seen::List(view, rows) => return list(builder, row, field, view, rows.clone()),
        Seen::Bytes(_) | Seen::Other => false,
    };
    is_taken.then_some(())
}

fn group(builder: &mut Builder<'_>, row: RowId, members: &[(&str, View<'_>)], at: usize) -> Option<()> {
    for (name, view) in members {
        let seen = view.seen(at);
        if !matches!(seen, Seen::Nothing) {
            let field = builder.policy().records[row.record].field(name)?;
            cell(builder, row, field, &seen, at)?;
        }
    }
    Some(())
}

fn list(builder: &mut Builder<'_>, row: RowId, field: FieldId, view: &View<'_>, rows: std::ops::Range<usize>) -> Option<()> {
    if let Type::Set(_) = builder.policy().records[row.record].fields[field].ty {
        let mut words = Vec::with_capacity(rows.len());
        for at in rows {
            let Seen::Text(text) = view.seen(at) else { return None };
            words.push(text);
        }
        let text = serde_json::to_string(&words).ok()?;
        return builder.state(row, field, Written::Json(&text)).then_some(());
    }
    let mut elements = Vec::with_capacity(rows.len());
    for at in rows {
        let element = builder.element(row, field, elements.len())?;
        match view.seen(at) {
            Seen::Group(members) => group(builder, element, members, at)?,
            // What names an element alone, or closes the list, is read by itself.
            _ => return None,
        }
        elements.push(element);
    }
    builder.list(row, field, &elements, true).then_some(())
}
