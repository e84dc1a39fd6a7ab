"""The simulator to which the present request belongs."""

from flask import current_app

from services.isds_simulator.service.office import Office

EXTENSION = "isds_simulator"


def current_office() -> Office:
    """Return the simulator of the running application."""
    office = current_app.extensions[EXTENSION]
    if not isinstance(office, Office):
        raise TypeError("The application holds no simulator.")
    return office
