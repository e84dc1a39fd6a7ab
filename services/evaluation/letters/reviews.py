"""The decision on a review, to the applicant (R98)."""

from services.evaluation.domain.reviews import CONTROL_NOTICE, RESULT_NOTICE, ReviewOutcome
from services.evaluation.models import Call, Case, Record, Review
from shared.contracts.documents import (
    DocumentRequest,
    Signer,
    fact_rows,
    heading,
    paragraph,
    statement,
)
from shared.deadlines import deadline_from_json

from .parts import case_facts, day, letter, why

KIND = "review_decision"
ABOUT_WORDS = {
    CONTROL_NOTICE: "výsledek administrativní kontroly",
    RESULT_NOTICE: "výsledek výběru projektů",
}
OUTCOME_WORDS = {
    ReviewOutcome.UPHELD: "ŽÁDOSTI SE VYHOVUJE",
    ReviewOutcome.DISMISSED: "ŽÁDOST SE ZAMÍTÁ",
    ReviewOutcome.LATE: "ŽÁDOST SE ODMÍTÁ JAKO OPOŽDĚNÁ",
}


def review_decision(
    call: Call, case: Case, review: Review, notice: Record, *, signer: Signer
) -> DocumentRequest:
    """Compose the decision: what was asked for, what was decided, by whom, and why."""
    if review.outcome is None or review.decided_on is None:
        raise ValueError("Only a decided review has a decision.")
    outcome, decided_on = ReviewOutcome(review.outcome), review.decided_on
    due = deadline_from_json(review.deadline)
    blocks = [
        paragraph("rozhodli jsme o Vaší žádosti o přezkum."),
        fact_rows(
            ("Přezkoumává se", ABOUT_WORDS[review.about]),
            ("Oznámení doručeno", day(review.notice_delivered_on)),
            ("Žádost o přezkum došla", day(review.received_on)),
            ("Lhůta pro žádost", f"do {day(due.due)} ({why(due)})"),
        ),
        heading("Co žadatel namítá"),
        paragraph(review.grounds),
        statement(OUTCOME_WORDS[outcome]),
        fact_rows(("Rozhodl(a)", review.body), ("Den rozhodnutí", day(decided_on))),
        heading("Odůvodnění"),
        paragraph(review.reasons),
    ]
    if review.measure:
        blocks += [heading("Jaké opatření z toho plyne"), paragraph(review.measure)]
    facts = case_facts(
        case,
        review_id=str(review.id),
        about=review.about,
        notice_id=str(notice.id),
        outcome=outcome.value,
        decided_on=decided_on.isoformat(),
    )
    return letter(KIND, "Rozhodnutí o přezkumu", blocks, signer, call=call, case=case, facts=facts)


def review_advice(call: Call) -> list[dict[str, object]]:
    """Tell the applicant until when a review can be asked for."""
    days = call.rules["review_days"]
    return [
        paragraph(
            "Nesouhlasíte-li s výsledkem, můžete požádat o přezkum. Žádost s odůvodněním musí "
            f"kanceláři MAS dojít nejpozději {days}. den po doručení tohoto oznámení."
        )
    ]
