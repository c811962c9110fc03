"""The native part: texts in and out, arrays through Arrow's C data interface. Use the package around it."""

from os import PathLike
from typing import Optional, Union

import pyarrow

class Problems(Exception):
    """A kind (`policy`, `facts`, `table`, `usage`) and a JSON list of problems."""

class Policy:
    """A checked policy."""

    @staticmethod
    def open(path: Union[str, PathLike]) -> Policy:
        """Reads a folder, a file or a packed policy."""
    @staticmethod
    def unpack(text: str) -> Policy:
        """Reads a packed policy from its text."""
    def pack(self) -> str:
        """The policy as one text."""
    @property
    def name(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def outcomes(self) -> list[str]: ...
    @property
    def versions(self) -> dict[str, tuple[str, Optional[str]]]: ...
    @property
    def questions(self) -> dict[str, list[str]]: ...
    @property
    def assumptions(self) -> list[str]: ...
    def schema(self) -> str:
        """The JSON Schema of its facts, as text."""
    def at(self, on: Optional[str], known: Optional[str], readings: list[str], assumptions: list[str]) -> Regime:
        """The policy at a version, with readings (`question=reading`) and assumptions chosen."""

class Regime:
    """A policy at a version."""

    def eval(self, facts: str) -> str:
        """Judges a shipment; JSON in, JSON out."""
    def explain(self, facts: str, width: int) -> str:
        """Judges a shipment and says why, for a person."""
    def diff(self, newer: Regime) -> tuple[str, str]:
        """Compares with a later version: JSON, and text for a person."""
    def eval_batches(
        self, batches: pyarrow.RecordBatchReader, columns: list[str], threads: Optional[int]
    ) -> tuple[pyarrow.RecordBatchReader, str, str]:
        """Judges a stream of batches into rows of these columns, all where none is named: rows, what was set aside and what was counted as JSON."""
    @property
    def on(self) -> Optional[str]: ...
    @property
    def known(self) -> Optional[str]: ...
