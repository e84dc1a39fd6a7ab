"""Which objects a signature may add or change; everything else is somebody's alteration."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from services.documents.domain.ways import MoreThanSigned
from services.documents.signing.ways.metadata import info_is_same, metadata_is_same
from services.documents.signing.ways.values import Place, keys_within, plain, references

OF_FIELD = frozenset({"/V", "/AP", "/F", "/M"})
OF_CATALOGUE = frozenset({"/AcroForm", "/Extensions", "/Version", "/Perms", "/Metadata"})
OF_FORM = frozenset({"/SigFlags", "/DA", "/DR"})
PRINTED = (4, 132)
"""Flags of a widget that is printed (and locked); a hidden signature would show nothing."""
ACTIVE = frozenset(
    ("/A", "/AA", "/JS", "/OpenAction", "/Launch", "/URI", "/EF", "/EmbeddedFiles", "/OC", "/XFA")
)
CONTAINERS = ("/XRef", "/ObjStm")


@dataclass(frozen=True)
class Both:
    """The file as it was handed out and as it came back."""

    before: PdfFileReader
    after: PdfFileReader
    number: str

    @cached_property
    def touched(self) -> frozenset[Place]:
        """Return the places that the update wrote."""
        last = self.before.xrefs.total_revisions
        found = self.after.xrefs.explicit_refs_in_revision(last)
        return frozenset((one.idnum, one.generation) for one in found)

    @cached_property
    def had_signatures(self) -> bool:
        """Tell whether somebody had signed before."""
        return bool(self.before.embedded_signatures)

    def at(self, place: Place) -> Any:
        """Return what stands at a place now."""
        return self.after.get_object(generic.Reference(*place, pdf=self.after))

    def was(self, place: Place) -> Any:
        """Return what stood at a place before, or ``None``."""
        reference = generic.Reference(*place, pdf=self.before)
        if self.before.xrefs.get_historical_ref(reference, self._last) is None:
            return None
        return self.before.get_object(reference)

    @property
    def _last(self) -> int:
        return int(self.before.xrefs.total_revisions) - 1

    def value_of(self, value: Place | None, field: str) -> generic.DictionaryObject:
        """Return the signature itself."""
        if value is not None:
            return cast("generic.DictionaryObject", self.at(value))
        return cast("generic.DictionaryObject", self.after.embedded_signatures[-1].sig_object)


def check_changes(both: Both, field: Place, value: Place | None) -> None:
    """Refuse an update that adds or changes anything but the signature and what carries it.

    Raises:
        MoreThanSigned: something else was changed, added or hidden in the file.
    """
    old = {place for place in both.touched if _existed(both, place)}
    new = both.touched - old
    if value is not None and value not in new:
        raise MoreThanSigned(number=both.number)
    for place in old:
        if not _may_change(both, place, field):
            raise MoreThanSigned(number=both.number)
    permissions = both.after.root.get("/Perms", generic.DictionaryObject())
    is_new = permissions and "/Perms" not in both.before.root
    if is_new and _place_of(permissions, "/DocMDP") != value:
        raise MoreThanSigned(number=both.number)
    _check_trailer(both)
    _check_new(both, old, new)


def _existed(both: Both, place: Place) -> bool:
    try:
        return both.was(place) is not None
    except KeyError:
        return False


def _may_change(both: Both, place: Place, field: Place) -> bool:
    before, after = both.was(place), both.at(place)
    if plain(before) == plain(after):
        return True
    root = both.before.root
    if place == field:
        return _field_is_sound(both, before, after)
    if place == _place(both.before.root_ref):
        return _catalogue_is_sound(both, before, after)
    if place == _place_of(root, "/AcroForm"):
        return _form_is_sound(before, after)
    if place == _place_of(root, "/Metadata"):
        return metadata_is_same(before, after)
    if place == _place_of(both.before.trailer, "/Info"):
        return info_is_same(before, after)
    return _is_same_page(before, after)


def _place(reference: Any) -> Place:
    return reference.idnum, reference.generation


def _place_of(holder: Any, key: str) -> Place | None:
    try:
        found = holder.raw_get(key)
    except KeyError:
        return None
    return _place(found) if isinstance(found, generic.IndirectObject) else None


def _only(before: Any, after: Any, allowed: Iterable[str]) -> bool:
    """Tell whether two dictionaries differ in the allowed keys only."""
    if not isinstance(before, generic.DictionaryObject) or type(before) is not type(after):
        return False
    keys = (set(before) | set(after)) - set(allowed)
    return all(_raw(before, key) == _raw(after, key) for key in keys)


def _raw(holder: generic.DictionaryObject, key: str) -> Any:
    return plain(holder.raw_get(key)) if key in holder else None


def _field_is_sound(both: Both, before: Any, after: Any) -> bool:
    flags = int(after.get("/F", 0))
    is_kept = flags == int(before.get("/F", 0)) or flags in PRINTED
    return _only(before, after, OF_FIELD) and is_kept and not _is_active(after)


def _catalogue_is_sound(both: Both, before: Any, after: Any) -> bool:
    if not _only(before, after, OF_CATALOGUE):
        return False
    if _raw(before, "/Metadata") != _raw(after, "/Metadata"):
        return False
    form = after["/AcroForm"]
    if _place_of(before, "/AcroForm") != _place_of(after, "/AcroForm"):
        return False
    permissions = after.get("/Perms", generic.DictionaryObject())
    is_certified = set(permissions) <= {"/DocMDP"}
    is_new = "/Perms" not in before or _raw(before, "/Perms") == _raw(after, "/Perms")
    return is_certified and is_new and _form_is_sound(before["/AcroForm"], form)


def _form_is_sound(before: Any, after: Any) -> bool:
    return _only(before, after, OF_FORM) and not _is_active(after)


def _is_same_page(before: Any, after: Any) -> bool:
    """A page may be written anew, its list of annotations within it or beside it."""
    if not isinstance(before, generic.DictionaryObject) or str(before.get("/Type")) != "/Page":
        return False
    if not _only(before, after, {"/Annots"}) or ("/Annots" in before) != ("/Annots" in after):
        return False
    return bool(plain(before["/Annots"]) == plain(after["/Annots"]))


def _is_active(value: Any) -> bool:
    return not ACTIVE.isdisjoint(keys_within(value))


def _check_trailer(both: Both) -> None:
    """Root and document information must stay where they were."""
    for key in ("/Root", "/Info", "/Encrypt"):
        before, after = _place_of(both.before.trailer, key), _place_of(both.after.trailer, key)
        if before is not None and before != after:
            raise MoreThanSigned(number=both.number)
        if key == "/Encrypt" and after is not None:
            raise MoreThanSigned(number=both.number)


def _check_new(both: Both, old: set[Place], new: frozenset[Place] | set[Place]) -> None:
    """Every new object must belong to what may change, and must do nothing."""
    seen: set[Place] = set()
    ahead = [place for one in old for place in references(both.at(one))]
    ahead += [place for place in (_place_of(both.after.trailer, "/Info"),) if place]
    while ahead:
        place = ahead.pop()
        if place in new and place not in seen:
            seen.add(place)
            ahead += references(both.at(place))
    for place in new:
        value = both.at(place)
        is_container = isinstance(value, generic.StreamObject) and _type(value) in CONTAINERS
        if (place not in seen and not is_container) or _is_active(value):
            raise MoreThanSigned(number=both.number)
    if any(_type(both.at(place)) in ("/Annot", "/Page", "/Catalog") for place in new):
        raise MoreThanSigned(number=both.number)


def _type(value: Any) -> str:
    return str(value.get("/Type", "")) if isinstance(value, generic.DictionaryObject) else ""
