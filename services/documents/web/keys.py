"""The panel of keys and certificates."""

from services.documents.desk import looking, tools
from services.documents.key_panel import panel_of
from services.documents.web import pages
from services.documents.web.frame import page
from shared.auth import access, roles


@pages.get("/keys")
@access(roles("director", "operator", "auditor"))
def keys() -> str:
    """Show every key and certificate in use with its state."""
    return page("keys.html", panel=panel_of(looking(), tools()))
