"""What must be there when the story is over: papers, proofs, mails, the list, the money."""

import io
import re
from collections import Counter
from decimal import Decimal
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from services.demonstration.people import (
    CONTROLLER_1,
    CONTROLLER_2,
    DIRECTOR,
    EVALUATORS,
    EVERYBODY,
    MEMBERS,
    ORGANISATION,
)
from services.demonstration.projects import AMOUNT, DEFICIENT, FICHES, INCOMPLETE, PROJECTS
from services.demonstration.stage import Stage
from services.demonstration.web import wait_for
from shared.money import Money
from tests.documents.archival import violations
from tests.e2e.kills import KIND, ledger

COLUMNS = [
    "Název žadatele",
    "Místo realizace projektu (NUTS5)",
    "Název projektu",
    "Název a číslo fiche",
    "Požadovaná částka dotace",
]
"""The columns of R23, in its order."""
GRANTED = {
    "p01": 1_900_000,
    "p04": 900_000,
    "p06": 2_000_000,
    "p10": 300_000,
    "p12": 500_000,
    "p14": 650_000,
    "p13": 400_000,
    "p05": 700_000,
    "p07": 1_100_000,
}
"""By hand from the rule: six fit into their fiches; 2 640 000 Kč are left. By transfer first the
under-drawn fiches by points, p13 (F8, 66) and p05 (F3, 52), then p07 (90); p03 (80) asks for
1 200 000 Kč, 440 000 Kč are left, and the order stops."""
BY_TRANSFER = {"p13", "p05", "p07"}
TOTAL = 8_450_000
BOXES = [project for project in PROJECTS if project.data_box]
EACH = len(PROJECTS)
NAMES = {fiche.code: fiche.name for fiche in FICHES}
PAPERS = {
    "allocation_decision": 1,
    "control_sheet": EACH + 1,  # the incomplete application has one for each submission
    "intake_record": EACH,
    "registration_receipt": EACH,
    "refusal": 1,
    "received_list": 1,
    "control_list": 2 * (EACH + 1),  # the deficient application is controlled twice
    "control_entry": 2 * (EACH + 1),
    "deficiency_call": 1,
    "control_notice": EACH,
    "interest_declaration": len((CONTROLLER_1, CONTROLLER_2, *EVALUATORS)),
    "print_receipt": 1,
    "score_sheet": 2 * EACH,
    "onsite_record": EACH,
    "presentation_record": 1,
    "committee_book": 1,
    "committee_minutes": 1,
    "resolution": 1,
    "result_notice": EACH,
    "hand_over_receipt": len(PROJECTS) - len(BOXES),
}
LETTERS = ("registration_receipt", "control_notice", "result_notice")
"""What each applicant gets."""
CALL_MAIL = "Vyhlášení výzvy – 8. výzva"
SIGNERS = {"onsite_record": 2}
"""How many people sign a paper of a kind; of all others one does."""


def check_the_end(stage: Stage, report: Path, var: Path) -> None:
    """Everybody was told the result, nothing was sent twice, and the papers are there."""
    states = {stage.case(project)["state"] for project in PROJECTS}
    assert states == {"result_notified"}
    documents = wait_for("papers, all issued", partial(_issued, stage))
    check_papers(stage, documents, var)
    check_deliveries(stage)
    check_messages(stage)
    check_mails(var, stage)
    check_published_list(stage)
    check_money(stage)
    check_report(report, documents)


def check_papers(stage: Stage, documents: list[dict[str, Any]], var: Path) -> None:
    """All papers of the story are issued; each is signed by the people that it names."""
    assert Counter(one["kind"] for one in documents) == PAPERS
    root = _root(var / "documents" / "pki" / "root.pem")
    thoroughly_seen = set()
    for document in documents:
        pdf = stage.as_(DIRECTOR).get("documents", f"/documents/{document['id']}/file.pdf")
        assert len(document["signers"]) == SIGNERS.get(document["kind"], 1), document["title"]
        check_signatures(pdf, [signer["name"] for signer in document["signers"]], root)
        if document["kind"] not in thoroughly_seen:
            thoroughly_seen.add(document["kind"])
            assert violations(pdf) == [], document["title"]


def check_signatures(pdf: bytes, signers: list[str], root: x509.Certificate) -> None:
    """Each named person's signature, then the seal with its time stamp; after them only proofs.

    The story takes months on the process clock, so most papers bear an archival time stamp too.
    """
    reader = PdfFileReader(io.BytesIO(pdf))
    metadata = reader.root["/Metadata"].data
    assert b"<pdfaid:part>3</pdfaid:part>" in metadata
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    found = reader.embedded_regular_signatures
    last = reader.embedded_signatures[-1]
    at = found[-1].self_reported_timestamp
    trust = ValidationContext(trust_roots=[root], moment=at, allow_fetching=False)
    verdicts = [validate_pdf_signature(one, trust, trust, skip_diff=True) for one in found]
    assert all(one.intact and one.valid and one.trusted for one in verdicts)
    names = [one.signing_cert.subject.native["common_name"] for one in verdicts]
    assert names[-1] == f"Pečeť: {ORGANISATION}"
    assert sorted(names[:-1]) == sorted(signers)
    seal = verdicts[-1]
    assert last.evaluate_signature_coverage() is SignatureCoverageLevel.ENTIRE_FILE
    assert last is found[-1] or last.sig_object_type == "/DocTimeStamp"
    assert seal.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    stamp = seal.timestamp_validity
    assert stamp is not None
    assert stamp.intact and stamp.valid and stamp.trusted


def _root(path: Path) -> x509.Certificate:
    blocks = pem.unarmor(path.read_bytes(), multiple=True)
    return next(x509.Certificate.load(der) for kind, _, der in blocks if kind == "CERTIFICATE")


def check_deliveries(stage: Stage) -> None:
    """What left by data box has the sent message and the delivery info; paper has its own."""
    letters = wait_for("letters with their proofs", partial(_letters, stage))
    channels = Counter(one["delivery"]["channel"] for one in letters)
    on_paper = len(PROJECTS) - len(BOXES)
    assert channels == {"data_box": _messages(), "post": 2 * on_paper, "in_person": on_paper}
    waiting = [one for one in letters if one["delivery"]["state"] not in ("sent", "delivered")]
    # The story leaves the clerk one letter to be posted, so that her list is not empty.
    assert [one["kind"] for one in waiting] == ["registration_receipt"]
    assert waiting[0]["delivery"]["channel"] == "post"
    for delivery in (one["delivery"] for one in letters if one not in waiting):
        kinds = proof_kinds(stage, delivery)
        if delivery["channel"] == "data_box":
            assert {"sent_message", "delivery_info"} <= kinds, delivery
            assert delivery["message_id"]
        elif delivery["channel"] == "post":
            assert kinds == {"posting_slip"}
            assert re.fullmatch(r"RR[0-9]{9}CZ", delivery["tracking_number"])
        else:
            assert kinds == {"hand_over"}
            assert delivery["receipt_id"]


def _issued(stage: Stage) -> list[dict[str, Any]] | None:
    """Return the papers of the story once each is issued; the worker seals the last by itself."""
    papers = [one for one in stage.documents(DIRECTOR) if one["kind"] != KIND]
    return papers if {one["state"] for one in papers} == {"issued"} else None


def _letters(stage: Stage) -> list[dict[str, Any]] | None:
    """Return the letters as soon as none is on its way from us; the worker goes on by itself."""
    letters = [one for one in stage.documents(DIRECTOR) if one["delivery"]]
    for delivery in (one["delivery"] for one in letters):
        kinds = {proof["kind"] for proof in delivery["proofs"]}
        is_by_box = delivery["channel"] == "data_box"
        if delivery["state"] not in ("sent", "delivered", "needs_person"):
            return None
        if is_by_box and "delivery_info" not in kinds:
            return None
    return letters


def proof_kinds(stage: Stage, delivery: dict[str, Any]) -> set[str]:
    """Return the kinds of the proofs; each is there with its bytes."""
    director, path = stage.as_(DIRECTOR), f"/deliveries/{delivery['id']}"
    proofs = director.get("documents", path)["proofs"]
    for proof in proofs:
        assert director.get("documents", f"{path}/proofs/{proof['id']}")
    return {proof["kind"] for proof in proofs}


def _messages() -> int:
    """Three letters to each box, a deficiency call and a refusal, both to boxes, too."""
    single = [project for project in BOXES if project.code in (DEFICIENT, INCOMPLETE)]
    return len(LETTERS) * len(BOXES) + len(single)


def check_messages(stage: Stage) -> None:
    """The data-box system took each letter once, for the box that it was meant for."""
    counted = ledger(stage)
    assert counted["duplicates"] == []
    assert counted["messages"] == _messages()
    arrived = Counter(one["recipient_id"] for one in ledger(stage, "messages")["messages"])
    more = {project.data_box for project in BOXES if project.code in (DEFICIENT, INCOMPLETE)}
    assert arrived == {box.data_box: len(LETTERS) + (box.data_box in more) for box in BOXES}


def check_mails(var: Path, stage: Stage) -> None:
    """Members were told of the call, once, with the address of its page; people of their keys."""
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (var / "mail").glob("*.eml")
    ]
    told = Counter((str(mail["To"]), str(mail["Subject"])) for mail in mails)
    keys = [(f"{one.login}@example.org", "Nový podpis na vaše jméno") for one in EVERYBODY]
    assert told == Counter([*((email, CALL_MAIL) for _, email in MEMBERS), *keys])
    for mail in mails:
        if str(mail["Subject"]) == CALL_MAIL:
            assert f"{stage.url}/registry/mas/szk/vyzvy/8" in mail.get_content()


def check_published_list(stage: Stage) -> None:
    """Anybody reads the list of received applications: five columns, a row for each."""
    page = stage.public.page("/registry/mas/szk/vyzvy/8/prijate-zadosti")
    assert [_text(head) for head in page.xpath("//thead//th")] == COLUMNS
    rows = [[_text(cell) for cell in row.xpath("td")] for row in page.xpath("//tbody/tr")]
    assert rows == [
        [
            one.applicant,
            one.municipality,
            one.title,
            f"{NAMES[one.fiche]} ({one.fiche})",
            _crowns(int(one.requested)),
        ]
        for one in PROJECTS
    ]


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())


def _crowns(amount: int) -> str:
    return " ".join(Money.czk(amount).formatted("cs").split())


def check_money(stage: Stage) -> None:
    """The run, the resolution and the public page say the same, to the crown."""
    director, call = stage.as_(DIRECTOR), f"/calls/{stage.id_of('call')}"
    run = director.get("evaluation", f"/allocation-runs/{stage.id_of('run')}")
    result = run["result"]
    codes = {stage.id_of(project.code): project.code for project in PROJECTS}
    assert _money_of(result["lines"], "granted", codes) == GRANTED
    assert {codes[one["application_id"]] for one in result["transfers"]} == BY_TRANSFER
    assert _whole(run["granted"]) == sum(GRANTED.values()) == TOTAL <= int(AMOUNT)
    assert _whole(run["left"]) == int(AMOUNT) - TOTAL
    decided = director.get("evaluation", f"{call}/resolution")
    assert _money_of(decided["lines"], "amount", codes) == GRANTED
    page = _text(stage.public.page("/registry/mas/szk/vyzvy/8/vysledky"))
    for project in PROJECTS:
        assert project.applicant in page
    assert _crowns(TOTAL) in page


def _money_of(lines: list[dict[str, Any]], name: str, codes: dict[str, str]) -> dict[str, int]:
    found = {codes[line["application_id"]]: _whole(line[name]) for line in lines}
    assert len(found) == len(lines) == EACH
    return {code: amount for code, amount in found.items() if amount}


def _whole(amount: dict[str, str]) -> int:
    value = Decimal(amount["amount"])
    assert value == int(value)
    return int(value)


def check_report(report: Path, documents: list[dict[str, Any]]) -> None:
    """A person opens one page and finds every paper and every proof beside it."""
    text = report.read_text("utf-8")
    assert "8. výzva" in text
    papers = {path.name for path in (report.parent / "dokumenty").glob("*.pdf")}
    assert {one["number"] for one in documents} <= {"-".join(n.split("-")[:3]) for n in papers}
    for path in (*papers, *(path.name for path in (report.parent / "doklady").iterdir())):
        assert path in text, path
