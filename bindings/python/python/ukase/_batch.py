"""Tables in and out, through Arrow's C data interface: nothing is copied that both sides can see."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pyarrow

from ._errors import TableError, refused


@dataclass(frozen=True)
class Batch:
    """What follows from many shipments."""

    #: A row for each item, in the order of the shipments, with the columns that were chosen, or all: id, item, outcome, possible, status, covered, clauses, needs, duties, on, known_on, digest, exact, questions.
    rows: pyarrow.Table
    #: The shipments that were set aside: line (the row, from 1), id, field, error, errors.
    rejected: list[dict]
    #: What was counted: shipments, rows, outcomes, clauses, open, searched, needs, questions, rejected.
    summary: dict

    def to_pandas(self):
        """The rows as a pandas DataFrame."""
        return self.rows.to_pandas()

    def to_polars(self):
        """The rows as a polars DataFrame."""
        import polars

        return polars.from_arrow(self.rows)


def reader_of(shipments):
    """A stream of batches of anything that speaks Arrow."""
    if isinstance(shipments, pyarrow.RecordBatchReader):
        return shipments
    if isinstance(shipments, pyarrow.RecordBatch):
        return pyarrow.RecordBatchReader.from_batches(shipments.schema, [shipments])
    if type(shipments).__module__.startswith("pandas") and hasattr(shipments, "columns"):
        return _of_pandas(shipments).to_reader()
    kind = type(shipments).__name__
    if hasattr(shipments, "__arrow_c_stream__") and kind != "Series":
        return pyarrow.RecordBatchReader.from_stream(shipments)
    if hasattr(shipments, "to_arrow_table"):
        return shipments.to_arrow_table().to_reader()
    help = {"LazyFrame": ": collect() it", "Series": ": to_frame() makes one of it", "Scanner": ": to_table() makes one of it"}.get(kind, "")
    raise TypeError(f"a table that speaks Arrow is expected (pyarrow, pandas, polars, duckdb), and this is {kind}{help}")


def _of_pandas(frame) -> pyarrow.Table:
    """A table of a DataFrame. A column in which pandas has nothing but missing numbers says nothing at all."""
    try:
        table = pyarrow.Table.from_pandas(frame)
    except (ValueError, pyarrow.ArrowException) as error:
        help = "name each column once, and keep values of one type in each: text says all of them"
        raise refused(TableError, "ukase::table::column", f"pandas does not hand this table over: {error}", help) from None
    for at, column in enumerate(table.columns):
        if pyarrow.types.is_floating(column.type) and column.null_count == len(column):
            table = table.set_column(at, table.field(at).name, pyarrow.nulls(len(column)))
    return table


def frame_of(found) -> Batch:
    rows, rejected, summary = found
    return Batch(rows.read_all(), json.loads(rejected), json.loads(summary))
