"""The rules of trade control as policies, and verdicts that say why.

>>> import ukase
>>> policy = ukase.Policy("policies/cn-rare-earth")
>>> regime = policy.at("2025-12-01", known="2025-10-09")
>>> verdict = regime.eval({"departure": "CN", "destination": "DE", "items": [{"code": "1C902.a"}]})
>>> verdict["possible"]
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from . import _ukase
from ._batch import Batch, frame_of, reader_of
from ._errors import FactsError, PolicyError, Problem, TableError, UkaseError, UsageError, named
from ._facts import written

__all__ = [
    "Batch",
    "Comparison",
    "FactsError",
    "Policy",
    "PolicyError",
    "Problem",
    "Regime",
    "TableError",
    "UkaseError",
    "UsageError",
]


class Comparison(dict):
    """What differs between two versions, as `ukase diff --format json` says it; `str()` of it is the report for a person."""

    def __init__(self, found: dict, words: str):
        super().__init__(found)
        self._words = words

    def __str__(self) -> str:
        return self._words


class Policy:
    """A checked policy: a folder, a `.ukase` file, or a file that `pack` wrote.

    Raises `PolicyError` with every problem and its place.
    """

    def __init__(self, path: str | PathLike):
        with named():
            self._policy = _ukase.Policy.open(Path(path))

    @classmethod
    def unpack(cls, text: str) -> Policy:
        """A policy from the text that `pack` gives; raises `PolicyError` where it is not the one that its digest is of."""
        policy = cls.__new__(cls)
        with named():
            policy._policy = _ukase.Policy.unpack(text)
        return policy

    def pack(self, path: str | PathLike | None = None) -> str:
        """All files of the policy as one text with their digest, also written to `path` (name it `….ukasepack`)."""
        text = self._policy.pack()
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text

    @property
    def name(self) -> str:
        """Its name."""
        return self._policy.name

    @property
    def digest(self) -> str:
        """The digest of its files."""
        return self._policy.digest

    @property
    def outcomes(self) -> list[str]:
        """The scale of outcomes, loosest first."""
        return self._policy.outcomes

    def at(self, on=None, *, known=None, readings=None, assume=()) -> Regime:
        """The policy as it judges: `on` a day (or a version that it names) in place of each shipment's own, by what was `known` on a day,
        with `readings` of its questions (`{"question": "reading"}`), and what it may `assume`."""
        chosen = [f"{question}={reading}" for question, reading in (readings or {}).items()]
        with named():
            return Regime(self._policy.at(_day(on), _day(known), chosen, list(assume)))

    def __repr__(self) -> str:
        return f"<ukase.Policy {self.name} {self.digest[:15]}…>"


class Regime:
    """A policy at a version, ready to judge."""

    def __init__(self, regime):
        self._regime = regime

    def eval(self, facts: dict) -> dict:
        """The verdict on a shipment, as `ukase eval --format json` says it. Raises `FactsError` with every problem."""
        with named():
            return json.loads(self._regime.eval(written(facts)))

    def explain(self, facts: dict, width: int = 100) -> str:
        """The verdict on a shipment and its reasons, for a person."""
        with named():
            return self._regime.explain(written(facts), width)

    def diff(self, newer: Regime) -> Comparison:
        """What differs from this version to a newer one, each change shown by a shipment."""
        found, words = self._regime.diff(newer._regime)
        return Comparison(json.loads(found), words)

    def eval_batch(self, shipments, threads: int | None = None, *, columns: Sequence[str] = ()) -> Batch:
        """The verdicts on many shipments, one a row: anything that speaks Arrow (a pyarrow Table or RecordBatch, a pandas or polars
        DataFrame, a DuckDB relation). Columns are paths into the vocabulary, or nested. Raises `TableError` where a column is not known.

        `columns` chooses columns of the verdicts, in their order: `["id", "outcome", "clauses"]`; all of them where it is left out."""
        with named():
            return frame_of(self._regime.eval_batches(reader_of(shipments), list(columns), threads))

    @property
    def on(self) -> str | None:
        """The day judged, if it is fixed."""
        return self._regime.on

    @property
    def known(self) -> str | None:
        """The day known, if it is fixed."""
        return self._regime.known


def _day(day) -> str | None:
    return None if day is None else str(day)
