"""The rules of trade control as policies, and verdicts that say why.

>>> import ukase
>>> policy = ukase.Policy("policies/cn-rare-earth")
>>> regime = policy.at("2025-12-01", known="2025-10-09")
>>> verdict = regime.eval({"departure": "CN", "destination": "DE", "items": [{"code": "1C902.a"}]})
>>> verdict["possible"]
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from importlib.metadata import version
from os import PathLike, fspath
from pathlib import Path

from . import _ukase
from ._batch import Batch, frame_of, reader_of
from ._errors import FactsError, PolicyError, Problem, TableError, UkaseError, UsageError, named, names_in, refused
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

__version__ = version("ukase")


class Comparison(dict):
    """What differs between two versions, as `ukase diff --format json` says it; `str()` of it is the report for a person."""

    def __init__(self, found: dict, words: str):
        super().__init__(found)
        self._words = words

    def __str__(self) -> str:
        return self._words


class Policy:
    """A checked policy: a folder, a `.ukase` file, or a `.ukasepack` file that `pack` wrote.

    Raises `PolicyError` with every problem and its place, and `UsageError` where a version is named with the path, which `at` chooses. Policies are
    equal where their files are, and can be pickled.
    """

    def __init__(self, path: str | PathLike):
        with named():
            self._policy = _ukase.Policy.open(fspath(path))

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

    @property
    def versions(self) -> dict[str, tuple[str, str | None]]:
        """The versions that it names, with the day judged and the day known: `at("october")` takes one."""
        return self._policy.versions

    @property
    def questions(self) -> dict[str, list[str]]:
        """The questions of law that it asks, each with its readings."""
        return self._policy.questions

    @property
    def assumptions(self) -> list[str]:
        """What it may `assume`."""
        return self._policy.assumptions

    def schema(self) -> dict:
        """The JSON Schema (2020-12) of its facts, as `ukase schema` prints it."""
        return json.loads(self._policy.schema())

    def at(
        self,
        on: date | str | None = None,
        *,
        known: date | str | None = None,
        readings: Mapping[str, str] | None = None,
        assume: Sequence[str] = (),
    ) -> Regime:
        """The policy as it judges: `on` a day (or a version that it names) in place of each shipment's own, by what was `known` on a day,
        with `readings` of its questions (`{"question": "reading"}`), and what it may `assume`. Raises `UsageError`."""
        if not isinstance(readings or {}, Mapping):
            raise refused(UsageError, "ukase::usage", 'readings are named by their questions: {"question": "reading"}')
        settings = {"on": _day(on), "known": _day(known), "readings": dict(readings or {}), "assume": names_in(assume, "assume")}
        return Regime(self, settings)

    def __eq__(self, other) -> bool:
        return isinstance(other, Policy) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self):
        return Policy.unpack, (self.pack(),)

    def __repr__(self) -> str:
        return f"<ukase.Policy {self.name} {self.digest[:15]}…>"


class Regime:
    """A policy at a version, ready to judge."""

    def __init__(self, policy: Policy, settings: dict):
        chosen = [f"{question}={reading}" for question, reading in settings["readings"].items()]
        self._policy, self._settings = policy, settings
        with named():
            self._regime = policy._policy.at(settings["on"], settings["known"], chosen, settings["assume"])

    def eval(self, facts: dict) -> dict:
        """The verdict on a shipment, as `ukase eval --format json` says it. Raises `FactsError` with every problem."""
        with named():
            return json.loads(self._regime.eval(written(facts)))

    def explain(self, facts: dict, width: int = 100) -> str:
        """The verdict on a shipment and its reasons, for a person."""
        with named():
            return self._regime.explain(written(facts), width)

    def diff(self, newer: Regime) -> Comparison:
        """What differs from this version to a newer one, each change shown by a shipment; under the readings that both have, or under all. Raises
        `UsageError` where the two are read differently, or something is assumed."""
        if not isinstance(newer, Regime):
            raise TypeError(f"a version is compared with another one: policy.at(…), and this is {type(newer).__name__}")
        with named():
            found, words = self._regime.diff(newer._regime)
        return Comparison(json.loads(found), words)

    def eval_batch(self, shipments, threads: int | None = None, *, columns: Sequence[str] = ()) -> Batch:
        """The verdicts on many shipments, one a row: anything that speaks Arrow (a pyarrow Table or RecordBatch, a pandas or polars
        DataFrame, a DuckDB relation). Columns are paths into the vocabulary, or nested. Raises `TableError` where a column is not known.

        `columns` chooses columns of the verdicts, in their order: `["id", "outcome", "clauses"]`; all of them where it is left out."""
        with named():
            return frame_of(self._regime.eval_batches(reader_of(shipments), names_in(columns, "columns"), threads))

    @property
    def on(self) -> str | None:
        """The day judged, if it is fixed."""
        return self._regime.on

    @property
    def known(self) -> str | None:
        """The day known, if it is fixed."""
        return self._regime.known

    def __repr__(self) -> str:
        days = [f"on {self.on}"] if self.on else []
        days += [f"known {self.known}"] if self.known else []
        return f"<ukase.Regime {' '.join([self._policy.name, *days])}>"

    def __reduce__(self):
        return Regime, (self._policy, self._settings)


def _day(day) -> str | None:
    if isinstance(day, datetime):
        raise refused(UsageError, "ukase::usage", f"{day} is a time of day: give a date, value.date()")
    return None if day is None else str(day)
