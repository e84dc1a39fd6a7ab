"""Keys and certificates in use, for those who look after them."""

from services.documents.api.blueprint import blp
from services.documents.desk import looking, tools
from services.documents.key_panel import Panel, panel_of
from services.documents.schemas.keys import KeyPanelOut
from shared.auth import access, roles


@blp.get("/keys")
@blp.response(200, KeyPanelOut)
@access(roles("director", "operator", "auditor"))
def get_keys() -> Panel:
    """Return every certificate, time stamp authority and evidence key with its state."""
    return panel_of(looking(), tools())
