"""Money for data messages: what is approved, what was spent, what waits."""

from typing import Any

from services.documents.api.blueprint import DIRECTORS, READERS, blp
from services.documents.desk import looking, tools, working
from services.documents.domain.postage import Terms
from services.documents.models import PostageTerms
from services.documents.schemas.postage import PostageOut, PostageTermsIn, PostageTermsOut
from services.documents.service.postage import set_terms
from services.documents.service.postage_panel import PostagePanel, postage_panel
from shared.auth import access


@blp.put("/postage-terms")
@blp.arguments(PostageTermsIn)
@blp.response(200, PostageTermsOut)
@access(DIRECTORS)
def put_postage_terms(body: dict[str, Any]) -> PostageTerms:
    """Approve what paid data messages may cost, one and all of a month (R38)."""
    with working() as work:
        version = body.pop("version")
        return set_terms(work, Terms(**body), version)


@blp.get("/postage")
@blp.response(200, PostageOut)
@access(READERS)
def get_postage() -> PostagePanel:
    """Return the price, what is approved, what this month cost and how many messages wait."""
    return postage_panel(looking(), tools().settings.paid_price)
