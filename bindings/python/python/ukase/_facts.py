"""A shipment as Python has it, written as JSON without losing a digit."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

from ._errors import FactsError, Problem

#: A binary fraction that was read from a text of so many digits gives the same text back.
_SAFE_DIGITS = 15


def written(value) -> str:
    """JSON of a value: numbers as they are written, days as days."""
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value)
    if isinstance(value, (int, Decimal)):
        return f"{value}"
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
        return "[" + ", ".join(sorted(map(written, value))) + "]"
    raise _refused("ukase::facts::type", f"{type(value).__name__} is none of a fact", "give texts, numbers, dates, lists and dicts")


def _fraction(value: float) -> str:
    text = repr(value)
    digits = text.split("e")[0].replace(".", "").replace("-", "").strip("0")
    if not text.replace("-", "").replace(".", "").replace("e", "").replace("+", "").isdigit() or len(digits) > _SAFE_DIGITS:
        raise _refused("ukase::facts::fraction", f"{text} is a binary fraction, and not what was meant", 'write Decimal("0.1"), or "0.1%"')
    return text


def _refused(code: str, message: str, help: str) -> FactsError:
    return FactsError([Problem(code, message, help)])
