"""Kind of document -> the act of the product that makes it, and the test of that act."""

import ast
from functools import cache

from shared.document_kinds import BY_CODE, PERSON
from tests.house.tree import ROOT

REGISTRY, EVALUATION, DOCUMENTS = (
    f"services/{name}" for name in ("registry", "evaluation", "documents")
)
INTAKE = "tests/registry/test_intake.py::test_"
CONTROL = "tests/evaluation/test_control_acts.py::test_"
ACTS = "tests/evaluation/test_evaluation_acts.py::test_"
SELECTION = "tests/evaluation/test_selection_acts.py::test_"
WRITING = "tests/documents/test_writing_pages.py::test_"
MEETINGS, VISITS = f"{EVALUATION}/service/meetings.py", f"{EVALUATION}/service/visits.py"

PAPERS: dict[str, tuple[str, str]] = {
    "call_text": (
        f"{REGISTRY}/service/call_papers.py::make_call_text",
        "tests/registry/test_calls.py::test_r98_the_announced_text_becomes_one_document_to_sign",
    ),
    "control_sheet": (
        f"{REGISTRY}/service/registration.py::register",
        INTAKE + "r15_r16_the_control_sheet_becomes_a_document_of_the_case",
    ),
    "intake_record": (
        f"{REGISTRY}/service/registration.py::register",
        INTAKE + "r21_the_receiver_signs_the_exact_words",
    ),
    "registration_receipt": (
        f"{REGISTRY}/service/registration.py::register",
        INTAKE + "r98_the_receipt_of_registration_goes_to_the_applicant",
    ),
    "refusal": (
        f"{REGISTRY}/service/registration.py::refuse",
        INTAKE + "r18_refusal_has_reasons_and_a_letter",
    ),
    "received_list": (
        f"{REGISTRY}/service/lists.py::make_list",
        "tests/registry/test_received_list.py::test_r22_deadline_and_its_reason_belong_to_the_list",
    ),
    "allocation_decision": (
        f"{REGISTRY}/service/calls.py::decide_allocation",
        "tests/registry/test_drawdown.py"
        "::test_r97_the_committees_decision_leaves_a_record_for_its_signature",
    ),
    "drawdown_report": (
        f"{REGISTRY}/service/drawdown.py::make_report",
        "tests/registry/test_drawdown.py"
        "::test_r69_the_report_keeps_the_moment_and_waits_for_the_director",
    ),
    "control_list": (
        f"{EVALUATION}/service/controls.py::conclude",
        CONTROL + "one_concludes_once",
    ),
    "control_entry": (
        f"{EVALUATION}/service/controls.py::conclude",
        CONTROL + "one_concludes_once",
    ),
    "deficiency_call": (
        f"{EVALUATION}/service/control_end.py::call_deficiency",
        CONTROL + "a_repair_leads_to_a_second_round_and_a_pass",
    ),
    "control_notice": (
        f"{EVALUATION}/service/control_end.py::prepare_notices",
        CONTROL + "the_notice_goes_out_for_the_director_and_by_data_box",
    ),
    "interest_declaration": (
        f"{EVALUATION}/service/declarations.py::declare_interests",
        CONTROL + "it_names_the_ties_and_is_signed_by_its_author",
    ),
    "print_receipt": (
        f"{EVALUATION}/service/prints.py::hand_over_print",
        "tests/evaluation/test_prints.py"
        "::test_r46_the_evaluator_confirms_the_receipt_of_the_print_by_signing",
    ),
    "score_sheet": (
        f"{EVALUATION}/service/evaluations.py::close_scores",
        "tests/evaluation/test_papers.py"
        "::test_r52_the_score_sheet_says_points_and_reasons_and_is_signed_by_its_evaluator",
    ),
    "onsite_record": (
        f"{VISITS}::record_onsite",
        "tests/evaluation/test_papers.py::test_r50_r51_need_and_accord_are_judged_on_site",
    ),
    "presentation_record": (
        f"{EVALUATION}/service/presentations.py::record_presentations",
        ACTS + "presentations_are_recorded_only_afterwards_and_for_all",
    ),
    "presentation_notice": (
        f"{EVALUATION}/service/presentations.py::change_date",
        ACTS + "a_change_is_published_and_every_applicant_gets_a_letter",
    ),
    "committee_book": (
        f"{EVALUATION}/service/book.py::make_book",
        "tests/evaluation/test_book.py"
        "::test_r63_the_book_has_every_project_in_the_order_of_its_fiche",
    ),
    "committee_minutes": (
        f"{MEETINGS}::close_meeting",
        SELECTION + "recommendations_count_once_the_chair_has_signed",
    ),
    "resolution": (
        f"{EVALUATION}/service/resolutions.py::adopt",
        SELECTION + "amounts_are_final_and_public_once_it_is_signed",
    ),
    "result_notice": (
        f"{EVALUATION}/service/resolutions.py::prepare_result_notices",
        SELECTION + "the_result_notice_has_points_and_amount",
    ),
    "hand_over_receipt": (
        f"{DOCUMENTS}/service/paper.py::record_hand_over",
        "tests/documents/test_paper.py"
        "::test_handing_over_leaves_a_record_signed_by_who_handed_over",
    ),
    "posting_sheet": (
        f"{DOCUMENTS}/service/posting_sheets.py::make_posting_sheet",
        WRITING + "the_posting_sheet_lists_what_was_posted_on_the_day",
    ),
    "delivery_proof": (
        f"{DOCUMENTS}/service/delivery_papers.py::make_delivery_proof",
        WRITING + "a_proof_of_delivery_is_read_out_once",
    ),
    "review_decision": (
        f"{EVALUATION}/service/reviews.py::decide",
        "tests/evaluation/test_reviews.py::test_r98_the_decision_on_a_review_goes_to_the_applicant",
    ),
    "cooperation_agreement": (
        f"{DOCUMENTS}/service/drafting.py::drafted",
        WRITING + "an_agreement_may_be_authoritative_in_german",
    ),
    "official_letter": (
        f"{DOCUMENTS}/service/drafting.py::drafted",
        WRITING + "a_written_document_is_approved_signed_and_issued",
    ),
}


def papers_table() -> str:
    """Return the table of kinds, what makes them, who signs, and what proves it."""
    lines = ["| Kind | Rule | Made by | Signed by | Proved by |", "|---|---|---|---|---|"]
    for code, (act, proof) in PAPERS.items():
        kind = BY_CODE[code]
        signed = f"{kind.signed_by}, approved by the director first" * kind.needs_approval
        signed = signed or kind.signed_by
        lines.append(f"| {kind.en} (`{code}`) | {kind.source} | `{act}` | {signed} | `{proof}` |")
    return "\n".join(lines)


def is_act_of_maker(code: str) -> bool:
    """Tell whether the named function is there, in the service that the catalogue names."""
    file, _, name = PAPERS[code][0].partition("::")
    made_by = BY_CODE[code].made_by
    service = "documents" if made_by == PERSON else made_by
    return file.startswith(f"services/{service}/") and name in _functions(file)


def is_named_in_service(code: str) -> bool:
    """Tell whether some code of the making service really asks for the kind by its name.

    Kinds that people write are chosen on a page, whose choices come from the catalogue.
    """
    made_by = BY_CODE[code].made_by
    return made_by == PERSON or code in _texts(made_by)


@cache
def _functions(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@cache
def _texts(service: str) -> frozenset[str]:
    """Return every text that stands in the code which composes papers and asks for them."""
    found = set()
    for folder in ("letters", "service"):
        for path in (ROOT / "services" / service / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return frozenset(found)
