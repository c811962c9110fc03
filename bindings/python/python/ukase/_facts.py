"""A shipment as Python has it, written as JSON without losing a digit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from math import isfinite

from ._errors import FactsError, refused

#: A binary fraction that was read from a text of so many digits gives the same text back.
_SAFE_DIGITS = 15
#: How many digits a number may have.
_MOST_DIGITS = 400


def written(facts) -> str:
    """JSON of a shipment: numbers as they are written, days as days."""
    try:
        return _written(facts, "")
    except RecursionError:
        raise _refused("ukase::facts::type", "the facts lie too deep within one another, or hold themselves", "nest them less deep", "") from None


def _written(value, path: str) -> str:
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value)
    if isinstance(value, int):
        return _whole(value, path)
    if isinstance(value, Decimal):
        return _decimal(value, path)
    if isinstance(value, float):
        return _fraction(value, path)
    if type(value).__name__ in _NOTHING:
        raise _refused("ukase::facts::type", f"{value} says nothing", "leave out what nobody knows", path)
    if isinstance(value, datetime):
        raise _refused("ukase::facts::type", f"{value} is a time of day", "give a date: value.date()", path)
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    if isinstance(value, Mapping):
        inside = f"{path}." if path else ""
        members = (f"{json.dumps(str(key))}: {_written(inner, inside + str(key))}" for key, inner in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, (list, tuple)) or _is_array(value):
        return "[" + ", ".join(_written(inner, f"{path}[{at}]") for at, inner in enumerate(value)) + "]"
    if isinstance(value, (set, frozenset)):
        # What leaves a set open stands at its end.
        is_open = not value.isdisjoint(_OPEN)
        members = sorted(_written(inner, path) for inner in value - _OPEN)
        return "[" + ", ".join([*members, *(['"..."'] if is_open else [])]) + "]"
    if hasattr(value, "item") and not hasattr(value, "__len__"):
        # A number of numpy, say.
        return _written(value.item(), path)
    raise _refused("ukase::facts::type", f"{type(value).__name__} is none of a fact", "give texts, numbers, dates, lists and dicts", path)


def _is_array(value) -> bool:
    """A list as pandas gives it: an array of numpy, which has places one behind the other."""
    return hasattr(value, "__array__") and getattr(value, "ndim", None) == 1


#: What pandas writes where nothing is known.
_NOTHING = frozenset({"NaTType", "NAType"})
_OPEN = frozenset({"…", "..."})


def _whole(value: int, path: str) -> str:
    if abs(value) >= 10**_MOST_DIGITS:
        raise _refused("ukase::facts::type", f"this number has more than {_MOST_DIGITS} digits", "no fact has so many", path)
    return f"{value:d}"


def _decimal(value: Decimal, path: str) -> str:
    if not value.is_finite():
        raise _refused("ukase::facts::type", f"{value} is no number", "leave out what nobody knows", path)
    return f"{value}"


def _fraction(value: float, path: str) -> str:
    text = float.__repr__(value)
    if not isfinite(value):
        raise _refused("ukase::facts::type", f"{text} is no number", "leave out what nobody knows", path)
    digits = text.split("e")[0].replace(".", "").replace("-", "").strip("0")
    if len(digits) > _SAFE_DIGITS:
        help = f'write what was meant as a Decimal, such as Decimal("{value:.{_SAFE_DIGITS}g}")'
        raise _refused("ukase::facts::fraction", f"{text} is a binary fraction, and not what anybody wrote", help, path)
    return text


def _refused(code: str, message: str, help: str, path: str) -> FactsError:
    return refused(FactsError, code, message, help, path or None)
