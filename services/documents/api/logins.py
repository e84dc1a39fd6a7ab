"""Whether ISDS lets us in and answers, and letting the worker try a mended login again."""

from typing import Any

from services.documents.api.blueprint import LEADERS, READERS, blp
from services.documents.desk import looking, tools, working
from services.documents.hindrances import present_outage
from services.documents.models import IsdsOutage
from services.documents.schemas.logins import LoginOut, OutageOut
from services.documents.service.breakers import allow_login, breaker_for
from services.documents.service.login_ends import login_ends
from services.documents.service.work import Work
from shared.auth import access


@blp.get("/data-box-login")
@blp.response(200, LoginOut)
@access(READERS)
def get_login() -> dict[str, Any]:
    """Return whether nobody gets in with the login of the data box (F12), and when it ends."""
    return _shown(looking())


@blp.get("/data-box-outage")
@blp.response(200, OutageOut)
@access(READERS)
def get_outage() -> dict[str, IsdsOutage | None]:
    """Return whether ISDS is silent though it announced nothing (F11)."""
    return {"outage": present_outage(looking())}


@blp.post("/data-box-login/permission")
@blp.response(200, LoginOut)
@access(LEADERS)
def post_login_permission() -> dict[str, Any]:
    """Let the worker log in at once, because the login was mended."""
    settings = tools().settings
    with working() as work:
        allow_login(work, settings.isds_account, settings.isds_organisation)
    return _shown(looking())


def _shown(work: Work) -> dict[str, Any]:
    settings = tools().settings
    refused = breaker_for(work, settings.isds_account, settings.isds_organisation)
    return {"refused": refused, "ends": login_ends(work, settings.isds_account)}
