"""The description of a box and its holder, ``dbOwnerInfo`` of both versions."""

from services.isds_simulator.domain.box_types import is_public_authority, must_accept_paid
from services.isds_simulator.ledger.rows import Box
from services.isds_simulator.service.xml_writing import Value, element, wrapped

OLD_ADDRESS = (
    "adCity",
    "adStreet",
    "adNumberInStreet",
    "adNumberInMunicipality",
    "adZipCode",
    "adState",
)


def _address(box: Box) -> dict[str, Value]:
    return {
        "adCode": None,
        "adCity": box.city,
        "adDistrict": None,
        "adStreet": box.street,
        "adNumberInStreet": None,
        "adNumberInMunicipality": box.house,
        "adZipCode": box.zip_code,
        "adState": box.country,
    }


def address_elements(box: Box, *, is_shown: bool) -> str:
    """Return the address of a box in the second version; nil where it is not shown."""
    values = _address(box)
    return "".join(
        element(f"p:{name}", value if is_shown else None) for name, value in values.items()
    )


def owner_element(name: str, box: Box, *, with_person: bool = False) -> str:
    """Return the description of a box; every element is there, an empty one is nil.

    Args:
        name: Name of the element with its prefix.
        box: The box.
        with_person: Whether the caller may see a natural person's data.

    Returns:
        XML text.
    """
    before: dict[str, Value] = {
        "dbID": box.id,
        "aifoIsds": False,
        "dbType": box.type,
        "ic": box.ic,
        "pnGivenNames": box.given_names,
        "pnLastName": box.last_name,
        "firmName": box.name,
        **dict.fromkeys(("biDate", "biCity", "biCounty", "biState")),
    }
    after: dict[str, Value] = {
        "nationality": None,
        "dbIdOVM": None,
        "dbState": box.state,
        "dbOpenAddressing": box.accepts_paid or must_accept_paid(box.type),
        "dbUpperID": None,
    }
    address = address_elements(box, is_shown=with_person or box.type != "FO")
    return wrapped(name, _written(before) + address + _written(after))


def old_owner_element(name: str, box: Box, *, with_person: bool = False) -> str:
    """Return the description of a box in the first version of the interface.

    Args:
        name: Name of the element with its prefix.
        box: The box.
        with_person: Whether the caller may see a natural person's data.

    Returns:
        XML text.
    """
    shows_address = with_person or box.type != "FO"
    given, _, middle = (box.given_names or "").partition(" ")
    address = _address(box) if shows_address else {}
    values: dict[str, Value] = {
        "dbID": box.id,
        "dbType": box.type,
        "ic": box.ic,
        "pnFirstName": given,
        "pnMiddleName": middle,
        "pnLastName": box.last_name,
        "pnLastNameAtBirth": None,
        "firmName": box.name,
        **dict.fromkeys(("biDate", "biCity", "biCounty", "biState")),
        **{key: address.get(key) for key in OLD_ADDRESS},
        **dict.fromkeys(("nationality", "email", "telNumber", "identifier", "registryCode")),
        "dbState": box.state,
        "dbEffectiveOVM": is_public_authority(box.type),
        "dbOpenAddressing": box.accepts_paid or must_accept_paid(box.type),
    }
    return wrapped(name, _written(values))


def _written(values: dict[str, Value]) -> str:
    return "".join(element(f"p:{key}", value) for key, value in values.items())
