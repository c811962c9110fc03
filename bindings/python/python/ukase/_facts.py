"""A shipment as Python has it, written as JSON without losing a digit."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from math import isfinite

from ._errors import FactsError, Problem

#: A binary fraction that was read from a text of so many digits gives the same text back.
_SAFE_DIGITS = 15
#: How many digits a number may have.
_MOST_DIGITS = 400


def written(value) -> str:
    """JSON of a value: numbers as they are written, days as days."""
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value)
    if isinstance(value, int):
        return _whole(value)
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, float):
        return _fraction(value)
    if isinstance(value, datetime):
        raise _refused("ukase::facts::type", f"{value} is a time of day", "give a date: value.date()")
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    if isinstance(value, dict):
        members = (f"{json.dumps(str(key))}: {written(inner)}" for key, inner in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, (set, frozenset)):
        # What leaves a set open stands at its end.
        is_open = not value.isdisjoint(_OPEN)
        return "[" + ", ".join([*sorted(map(written, value - _OPEN)), *(['"..."'] if is_open else [])]) + "]"
    if hasattr(value, "item") and not hasattr(value, "__len__"):
        # A number of numpy, say.
        return written(value.item())
    raise _refused("ukase::facts::type", f"{type(value).__name__} is none of a fact", "give texts, numbers, dates, lists and dicts")


_OPEN = frozenset({"…", "..."})


def _whole(value: int) -> str:
    if abs(value) >= 10**_MOST_DIGITS:
        raise _refused("ukase::facts::type", f"this number has more than {_MOST_DIGITS} digits", "no fact has so many")
    return f"{value:d}"


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise _refused("ukase::facts::type", f"{value} is no number", "leave out what nobody knows")
    return f"{value}"


def _fraction(value: float) -> str:
    text = float.__repr__(value)
    if not isfinite(value):
        raise _refused("ukase::facts::type", f"{text} is no number", "leave out what nobody knows")
    digits = text.split("e")[0].replace(".", "").replace("-", "").strip("0")
    if len(digits) > _SAFE_DIGITS:
        raise _refused("ukase::facts::fraction", f"{text} is a binary fraction, and not what was meant", 'write Decimal("0.1"), or "0.1%"')
    return text


def _refused(code: str, message: str, help: str) -> FactsError:
    return FactsError([Problem(code, message, help)])
