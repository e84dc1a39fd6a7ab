"""What a newer description of an API takes away from those who use the older one. Pure.

An API may only grow: whoever was written for the older description must still be served. What
comes in may be accepted more widely, never more narrowly; what goes out may gain fields, never
lose them. Each function returns one sentence per thing that would break, empty when nothing does.
"""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
METHODS = ("get", "put", "post", "patch", "delete")
LOWER_BOUNDS = ("minimum", "minLength", "minItems")
UPPER_BOUNDS = ("maximum", "maxLength", "maxItems")


def broken_promises(before: Json, after: Json) -> list[str]:
    """Return what *after* takes away from the users of *before*, in order of the paths."""
    return list(_Comparison(before, after).run())


class _Comparison:
    """Two descriptions, and the pairs of named schemas that were already compared."""

    def __init__(self, before: Json, after: Json) -> None:
        self._before, self._after = before, after
        self._seen: set[tuple[str, str, str]] = set()

    def run(self) -> Iterator[str]:
        for path, old in sorted(self._before.get("paths", {}).items()):
            new = self._after.get("paths", {}).get(path)
            if new is None:
                yield f"{path}: removed path"
                continue
            for method in METHODS:
                place = f"{method.upper()} {path}"
                if method in old and method not in new:
                    yield f"{place}: removed method"
                elif method in old:
                    yield from self._operation(place, old, new, method)

    def _operation(self, place: str, old: Json, new: Json, method: str) -> Iterator[str]:
        yield from self._parameters(place, _parameters(old, method), _parameters(new, method))
        yield from self._body(place, old[method], new[method])
        for status, reply in old[method].get("responses", {}).items():
            later = new[method].get("responses", {}).get(status)
            if later is None:
                yield f"{place}: removed answer {status}"
                continue
            before, after = _target(self._before, reply), _target(self._after, later)
            yield from self._contents(f"{place} -> {status}", before, after, "output")

    def _parameters(self, place: str, old: Json, new: Json) -> Iterator[str]:
        for name, parameter in old.items():
            if name not in new:
                yield f"{place}: removed input {name}"
            else:
                pair = parameter.get("schema", {}), new[name].get("schema", {})
                yield from self._schema(f"{place} {name}", *pair, "input")
        for name, parameter in new.items():
            was_required = old.get(name, {}).get("required", False)
            if parameter.get("required", False) and not was_required:
                yield f"{place}: new required input {name}"

    def _body(self, place: str, old: Json, new: Json) -> Iterator[str]:
        before, after = old.get("requestBody"), new.get("requestBody")
        if before is None:
            if after is not None and after.get("required", False):
                yield f"{place}: new required input (body)"
        elif after is None:
            yield f"{place}: removed input (body)"
        else:
            yield from self._contents(place, before, after, "input")

    def _contents(self, place: str, old: Json, new: Json, way: str) -> Iterator[str]:
        for kind, content in old.get("content", {}).items():
            later = new.get("content", {}).get(kind)
            if later is None:
                yield f"{place}: removed media type {kind}"
            else:
                pair = content.get("schema", {}), later.get("schema", {})
                yield from self._schema(place, *pair, way)

    def _schema(self, place: str, old: Json, new: Json, way: str) -> Iterator[str]:
        before, after = _plain(self._before, old), _plain(self._after, new)
        yield from _types(place, before, after, way)
        yield from _choices(place, before, after, way)
        if way == "input":
            yield from _bounds(place, before, after)
        pair = (_name(old), _name(new), way)
        if all(pair) and pair in self._seen:
            return
        self._seen.add(pair)
        yield from self._properties(place, before, after, way)
        if "items" in before and "items" in after:
            yield from self._schema(f"{place}[]", before["items"], after["items"], way)

    def _properties(self, place: str, old: Json, new: Json, way: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        asked, given = set(old.get("required", ())), set(new.get("required", ()))
        for name, schema in before.items():
            if name in after:
                yield from self._schema(f"{place}.{name}", schema, after[name], way)
            else:
                yield f"{place}: removed {way} field {name}"
        if way == "input":
            yield from (f"{place}: new required input {name}" for name in sorted(given - asked))
        else:
            lost = (asked - given) & after.keys()
            yield from (f"{place}: field {name} may now be missing" for name in sorted(lost))


def _target(document: Json, thing: Json) -> Json:
    """Follow a reference within the description."""
    while "$ref" in thing:
        found = document
        for step in thing["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        thing = found
    return thing


def _plain(document: Json, schema: Json) -> Json:
    """Return a schema without references; "this or null" becomes a list of types."""
    chosen = _unless_null(schema)
    inner = _target(document, chosen)
    return inner if chosen is schema else {**inner, "type": [*_type_names(inner), "null"]}


def _unless_null(schema: Json) -> Json:
    """Return the one thing that "this or null" names besides null."""
    real: list[Json] = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return real[0] if len(real) == 1 else schema


def _name(schema: Json) -> str:
    """Return the reference to a named schema; empty for one that stands on its own."""
    return str(_unless_null(schema).get("$ref", ""))


def _parameters(path: Json, method: str) -> Json:
    listed = [*path.get("parameters", []), *path[method].get("parameters", [])]
    return {f"{one['in']} {one['name']}": one for one in listed}


def _type_names(schema: Json) -> list[str]:
    told = schema.get("type", [])
    return [told] if isinstance(told, str) else list(told)


def _types(place: str, old: Json, new: Json, way: str) -> Iterator[str]:
    before, after = set(_type_names(old)), set(_type_names(new))
    narrow, wide = (before, after) if way == "input" else (after, before)
    if "number" in wide:
        wide = wide | {"integer"}
    is_free = not wide
    if not is_free and (not narrow or not narrow <= wide):
        yield f"{place}: changed type {_words(before)} -> {_words(after)}"
    elif before and old.get("format") != new.get("format"):
        yield f"{place}: changed format {old.get('format')} -> {new.get('format')}"


def _words(types: set[str]) -> str:
    return "|".join(sorted(types)) or "any"


def _choices(place: str, old: Json, new: Json, way: str) -> Iterator[str]:
    before, after = old.get("enum"), new.get("enum")
    if before is None:
        if after is not None and way == "input":
            yield f"{place}: narrowed to {after}"
        return
    if after is None:
        if way == "output":
            yield f"{place}: values are no longer limited to {before}"
        return
    gone = [value for value in before if value not in after]
    if gone:
        yield f"{place}: removed {way} value {', '.join(map(str, gone))}"


def _bounds(place: str, old: Json, new: Json) -> Iterator[str]:
    for name in LOWER_BOUNDS + UPPER_BOUNDS:
        before, after = old.get(name), new.get(name)
        is_lower = name in LOWER_BOUNDS
        if after is None or before == after:
            continue
        if before is None or (after > before if is_lower else after < before):
            yield f"{place}: narrowed {name} {before} -> {after}"
    if new.get("pattern") not in (None, old.get("pattern")):
        yield f"{place}: changed pattern {old.get('pattern')} -> {new['pattern']}"
