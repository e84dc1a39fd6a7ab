"""The login of the data box: whether ISDS refused it, and letting the worker try it again."""

from services.documents.api.blueprint import LEADERS, READERS, blp
from services.documents.desk import looking, tools, working
from services.documents.models import LoginBreaker
from services.documents.schemas.logins import LoginOut
from services.documents.service.breakers import allow_login, breaker_for
from shared.auth import access


@blp.get("/data-box-login")
@blp.response(200, LoginOut)
@access(READERS)
def get_login() -> dict[str, LoginBreaker | None]:
    """Return whether ISDS refused the login of the organisation's data box (F12)."""
    settings = tools().settings
    return {"refused": breaker_for(looking(), settings.isds_account, settings.isds_organisation)}


@blp.post("/data-box-login/permission")
@blp.response(200, LoginOut)
@access(LEADERS)
def post_login_permission() -> dict[str, None]:
    """Let the worker log in at once, because the login was mended."""
    settings = tools().settings
    with working() as work:
        allow_login(work, settings.isds_account, settings.isds_organisation)
    return {"refused": None}
