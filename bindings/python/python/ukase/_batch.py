"""Tables in and out, through Arrow's C data interface: nothing is copied that both sides can see."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pyarrow


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
    if hasattr(shipments, "__arrow_c_stream__"):
        return pyarrow.RecordBatchReader.from_stream(shipments)
    if hasattr(shipments, "to_arrow_table"):
        return shipments.to_arrow_table().to_reader()
    if type(shipments).__module__.startswith("pandas"):
        return pyarrow.Table.from_pandas(shipments, preserve_index=False).to_reader()
    raise TypeError(f"a table that speaks Arrow is expected (pyarrow, pandas, polars, duckdb), and this is {type(shipments).__name__}")


def frame_of(found) -> Batch:
    rows, rejected, summary = found
    return Batch(rows.read_all(), json.loads(rejected), json.loads(summary))
