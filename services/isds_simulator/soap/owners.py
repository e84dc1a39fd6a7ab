"""The description of a box and its holder, ``dbOwnerInfo`` of the second version."""

from services.isds_simulator.domain.box_types import must_accept_paid
from services.isds_simulator.ledger.rows import Box
from services.isds_simulator.service.xml_writing import Value, element, wrapped


def owner_element(name: str, box: Box, *, with_person: bool = False) -> str:
    """Return the description of a box; every element is there, an empty one is nil.

    Args:
        name: Name of the element with its prefix.
        box: The box.
        with_person: Whether the caller may see a natural person's data.

    Returns:
        XML text.
    """
    shows_address = with_person or box.type != "FO"
    address: dict[str, Value] = {
        "adCode": None,
        "adCity": box.city,
        "adDistrict": None,
        "adStreet": box.street,
        "adNumberInStreet": None,
        "adNumberInMunicipality": box.house,
        "adZipCode": box.zip_code,
        "adState": box.country,
    }
    values: dict[str, Value] = {
        "dbID": box.id,
        "aifoIsds": False,
        "dbType": box.type,
        "ic": box.ic,
        "pnGivenNames": box.given_names,
        "pnLastName": box.last_name,
        "firmName": box.name,
        "biDate": None,
        "biCity": None,
        "biCounty": None,
        "biState": None,
        **{key: value if shows_address else None for key, value in address.items()},
        "nationality": None,
        "dbIdOVM": None,
        "dbState": box.state,
        "dbOpenAddressing": box.accepts_paid or must_accept_paid(box.type),
        "dbUpperID": None,
    }
    return wrapped(name, "".join(element(f"q:{key}", value) for key, value in values.items()))
