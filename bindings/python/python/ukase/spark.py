"""Ukase on Apache Spark: each executor judges its own batches, with the policy that was sent to it as one file.

The verdicts are those of `ukase batch`. Nothing is shuffled and nothing is collected: a row of shipments goes in, rows of verdicts come out.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow

from . import Policy, TableError, UsageError
from ._errors import names_in, refused

__all__ = ["SCHEMA", "judge"]

_TYPES = {
    "id": "string",
    "item": "string",
    "outcome": "string",
    "possible": "array<string>",
    "status": "string",
    "covered": "boolean",
    "clauses": "array<string>",
    "needs": "array<string>",
    "duties": "array<string>",
    "on": "string",
    "known_on": "string",
    "digest": "string",
    "exact": "boolean",
    "questions": "array<string>",
}


def _schema(columns) -> str:
    return ", ".join([*(f"`{name}` {_TYPES[name]}" for name in columns), "error string"])


#: The columns of the verdicts; `error` says why a shipment was set aside, and is null for all others.
SCHEMA = _schema(_TYPES)


def judge(df, policy, *, on=None, known=None, readings=None, assume=(), columns=()):
    """The verdicts on a DataFrame of shipments, one a row; columns are paths into the vocabulary, or nested.

    `policy` is an `ukase.Policy` or a path. It is packed into one file with its digest, sent to the executors by `SparkContext.addFile`, and each Python
    worker reads it once and refuses it where the digest is not that of the files. A shipment that cannot be read becomes a row with the
    status `rejected` and its `error`; a column that the policy does not know is an error before the first task. `columns` chooses columns of the verdicts, in
    their order, such as `["id", "outcome", "clauses"]`; `error` stands behind them always.
    """
    if not hasattr(df, "mapInArrow"):
        raise TypeError(f"a DataFrame of Spark is expected, and this is {type(df).__module__}.{type(df).__name__}: regime.eval_batch judges others")
    policy = policy if isinstance(policy, Policy) else Policy(policy)
    # `error` stands behind the others whether it is chosen or not.
    wanted = names_in(columns, "columns")
    columns = [name for name in wanted if name != "error"]
    if wanted and not columns:
        raise refused(UsageError, "ukase::usage", "`error` stands behind other columns, and none is chosen", 'choose some, such as columns=["id"]')
    chosen = policy.at(on, known=known, readings=readings, assume=assume)
    names = df.columns
    if not names:
        raise refused(TableError, "ukase::table::column", "the DataFrame has no column", "select what the shipments say")
    # Spark takes a name with a dot in it for a path into a group, and here it is one into the vocabulary.
    plain = df.toDF(*(f"c{at}" for at in range(len(names))))
    # What is named wrongly is told here, and not by every task.
    found = chosen.eval_batch(plain.limit(0).toArrow().rename_columns(names), columns=columns)
    name = _send(df.sparkSession.sparkContext, policy)
    digest, settings = policy.digest, chosen._settings

    def judged(batches):
        regime = _regime(name, digest, settings)
        for batch in batches:
            named = pyarrow.RecordBatch.from_arrays(batch.columns, names=names)
            yield from _rows(regime.eval_batch(named, threads=1, columns=columns))

    return plain.mapInArrow(judged, _schema(found.rows.column_names))


#: The files that were sent, by application and digest: Spark takes one of a name only once.
_SENT: dict = {}


def _send(context, policy: Policy) -> str:
    """Sends the packed policy to all executors, once; the name of the file there."""
    key = (context.applicationId, policy.digest)
    if key not in _SENT:
        # The folder goes away with this process.
        folder = tempfile.TemporaryDirectory(prefix="ukase-")
        path = Path(folder.name) / f"{policy.name}-{policy.digest.split(':')[-1][:16]}.ukasepack"
        policy.pack(path)
        context.addFile(str(path))
        _SENT[key] = folder, path.name
    return _SENT[key][1]


#: The regimes that this worker has made, by file and settings.
_REGIMES: dict = {}


def _regime(name: str, digest: str, settings: dict):
    from pyspark import SparkFiles

    key = (digest, repr(settings))
    if key not in _REGIMES:
        policy = Policy(SparkFiles.get(name))
        if policy.digest != digest:
            raise RuntimeError(f"the executor has another policy than the driver sent: {policy.digest}, not {digest}")
        _REGIMES[key] = policy.at(**settings)
    return _REGIMES[key]


def _rows(batch):
    """The verdicts as batches of the schema, behind them what was set aside."""
    rows = batch.rows
    columns = [_plain(column) for column in rows.columns]
    error = pyarrow.nulls(rows.num_rows, pyarrow.string())
    table = pyarrow.table([*columns, error], names=[*rows.column_names, "error"])
    yield from table.to_batches()
    if batch.rejected:
        yield _set_aside(batch.rejected, table.schema)


def _plain(column):
    """A dictionary as the texts that it stands for: Spark's schema knows no dictionaries."""
    is_dictionary = pyarrow.types.is_dictionary(column.type)
    return column.cast(pyarrow.string()) if is_dictionary else column


def _set_aside(rejected: list, schema) -> pyarrow.RecordBatch:
    nothing = {"possible": [], "clauses": [], "needs": [], "duties": [], "questions": [], "status": "rejected"}

    def row(one: dict) -> dict:
        error = one["error"]
        field = f"{one['field']}: " if one.get("field") else ""
        return {**nothing, "id": one["id"], "error": f"{field}{error['message']} [{error['code']}]"}

    return pyarrow.RecordBatch.from_pylist([row(one) for one in rejected], schema=schema)
