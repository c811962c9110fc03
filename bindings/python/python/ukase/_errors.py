"""What is wrong, as exceptions with the codes that the command line shows."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass

from . import _ukase


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and what to do."""

    code: str
    message: str
    help: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    #: In facts: the path of what it is about, such as `items[1].value`.
    field: str | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.file else f"{self.field}: " if self.field else ""
        help = f" ({self.help})" if self.help else ""
        return f"{place}{self.message}{help} [{self.code}]"


class UkaseError(Exception):
    """Something is wrong; `problems` has all of it, `code` is that of the first."""

    def __init__(self, problems: list[Problem]):
        super().__init__(problems)
        self.problems = problems

    @property
    def code(self) -> str:
        """The code of the first problem."""
        return self.problems[0].code if self.problems else "ukase::unknown"

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class PolicyError(UkaseError):
    """A policy cannot be read, or is wrong."""


class FactsError(UkaseError):
    """The facts of a shipment are wrong."""


class TableError(UkaseError):
    """A column is misnamed, holds another type than its fact, or one that cannot be kept exactly; or there is no table."""


class UsageError(UkaseError):
    """A day, a reading, an assumption or a version is chosen wrongly."""


def refused(kind, code: str, message: str, help: str | None = None, field: str | None = None) -> UkaseError:
    """One problem, as the exception of its kind."""
    return kind([Problem(code, message, help, field=field)])


def names_in(given, what: str) -> list[str]:
    """A list of names, which a text by itself is not."""
    if isinstance(given, (str, bytes)):
        raise refused(UsageError, "ukase::usage", f"{what} is a list of names: write [{given!r}]")
    return list(given or ())


_KINDS = {"policy": PolicyError, "facts": FactsError, "table": TableError, "usage": UsageError}


@contextmanager
def named():
    """Raises what the native part says as the exception of its kind."""
    try:
        yield
    except _ukase.Problems as error:
        kind, problems = error.args
        raise _KINDS[kind]([Problem(**problem) for problem in json.loads(problems)]) from None
