"""What is at risk, for those who look after it and for programs that watch."""

from collections import Counter
from typing import Any

from services.documents.api.blueprint import blp
from services.documents.desk import RISK_ROLES, looking, tools
from services.documents.domain.risks import DOCUMENT, AtRisk
from services.documents.schemas.risks import AtRiskIn, AtRiskOut
from services.documents.service.loading import SEES_ALL
from services.documents.service.risks import find_risks, last_check
from shared.auth import access, roles

PAGE = 200
"""Documents of one answer."""


@blp.get("/at-risk")
@blp.arguments(AtRiskIn, location="query")
@blp.response(200, AtRiskOut)
@access(roles(*RISK_ROLES))
def list_at_risk(args: dict[str, Any]) -> dict[str, Any]:
    """List documents and proofs at risk, those that end first on top, with the reasons.

    Titles of documents are left out for those who may not read documents.
    """
    work = looking()
    found = find_risks(work, tools().risk_rules)
    counted = Counter(risk.reason for one in found for risk in one.risks)
    reason, start = args.get("reason"), (args["page"] - 1) * PAGE
    chosen = [
        one for one in found if not reason or any(risk.reason == reason for risk in one.risks)
    ]
    check, is_reader = last_check(work), work.actor.has_role(*SEES_ALL)
    return {
        "total": len(chosen),
        "page": args["page"],
        "reasons": dict(sorted(counted.items())),
        "checked_at": check.ended_at if check else None,
        "items": [_item(one, is_reader=is_reader) for one in chosen[start : start + PAGE]],
    }


def _item(one: AtRisk, *, is_reader: bool) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "id": one.subject_id,
        "document_id": one.document_id,
        "number": one.number,
        "title": one.title if is_reader or one.kind != DOCUMENT else "",
        "too_late": one.too_late,
        "risks": one.risks,
    }
