"""Make the organisation of the demonstration."""

from services.demonstration.people import DIRECTOR, ORGANISATION, PASSWORD
from services.demonstration.projects import OFFICE_BOX
from services.demonstration.web import Visitor

SLUG = "szk"
EMAIL = f"{DIRECTOR.login}@example.org"
IC = "90007298"
ADDRESS = "Náměstí 1, 431 00 Stará Huť"
PAGE = "/registry/setup"


def found_on_page(url: str, code: str) -> None:
    """Found it as a person does, on the first page of an empty installation.

    Args:
        code: The one-time code that the installation said at its start.
    """
    form = {
        "code": code,
        "name": ORGANISATION,
        "slug": SLUG,
        "ic": IC,
        "address": ADDRESS,
        "data_box_id": OFFICE_BOX,
        "director_name": DIRECTOR.name,
        "function": DIRECTOR.function,
        "email": EMAIL,
        "login": DIRECTOR.login,
        "password": PASSWORD,
        "again": PASSWORD,
    }
    Visitor(url).submit(PAGE, form)
