"""Between frozen dataclasses and JSON values: ids, days, instants and money as text."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from cattrs import Converter

from shared.money import Money

T = TypeVar("T")


def _instant(value: Any, _kind: type) -> datetime:
    parsed = datetime.fromisoformat(value)
    if parsed.tzinfo is None:
        raise ValueError("An instant needs its zone.")
    return parsed


def _converter() -> Converter:
    converter = Converter()
    converter.register_structure_hook(UUID, lambda v, _: v if isinstance(v, UUID) else UUID(v))
    converter.register_structure_hook(datetime, _instant)
    converter.register_structure_hook(date, lambda v, _: date.fromisoformat(v))
    converter.register_structure_hook(Decimal, lambda v, _: Decimal(v))
    converter.register_structure_hook(Money, lambda v, _: Money.from_json(v))
    converter.register_unstructure_hook(UUID, str)
    converter.register_unstructure_hook(datetime, lambda v: v.isoformat())
    converter.register_unstructure_hook(date, lambda v: v.isoformat())
    converter.register_unstructure_hook(Decimal, str)
    converter.register_unstructure_hook(Money, lambda v: v.to_json())
    return converter


_CONVERTER = _converter()


def from_json(kind: type[T], value: Any) -> T:
    """Build *kind* from parsed JSON; unknown keys are ignored, so a provider may add fields."""
    return _CONVERTER.structure(value, kind)


def to_json(value: Any) -> Any:
    """Turn a dataclass (or a list or dict of them) into JSON values."""
    return _CONVERTER.unstructure(value)
