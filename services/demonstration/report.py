"""The end of the demonstration: a folder of signed PDFs, proofs and one page about them."""

import re
import time
import unicodedata
from pathlib import Path
from typing import Any

from jinja2 import Environment

from services.demonstration.people import DIRECTOR
from services.demonstration.stage import Stage
from shared.money import Money

OUTCOMES = {
    "approved": "schváleno",
    "reserve": "náhradní projekt",
    "rejected": "neschváleno",
    "result_notified": "žadatel zná výsledek",
}
CHANNELS = {"data_box": "datovou schránkou", "post": "poštou", "in_person": "osobně"}


def write_report(stage: Stage, run: dict[str, Any], target: Path) -> Path:
    """Collect everything into *target* and return the page to open."""
    (target / "dokumenty").mkdir(parents=True, exist_ok=True)
    (target / "doklady").mkdir(parents=True, exist_ok=True)
    director = stage.as_(DIRECTOR)
    documents = [
        _collected(stage, document, target)
        for document in sorted(stage.documents(DIRECTOR), key=lambda one: one["number"])
    ]
    call = director.get("registry", f"/calls/{stage.id_of('call')}")
    source = (Path(__file__).parent / "report.jinja").read_text("utf-8")
    page = (
        Environment(autoescape=True)
        .from_string(source)
        .render(
            call=call,
            said=stage.said,
            results=_results(stage),
            granted=_crowns(run["granted"]),
            left=_crowns(run["left"]),
            documents=documents,
            proof_count=sum(len(document["proofs"]) for document in documents),
            seconds=round(time.monotonic() - stage.began),
        )
    )
    path = target / "index.html"
    path.write_text(page, "utf-8")
    return path


def _collected(stage: Stage, document: dict[str, Any], target: Path) -> dict[str, Any]:
    director = stage.as_(DIRECTOR)
    name = _file_name(f"{document['number']} {document['title']}")
    file = f"dokumenty/{name}.pdf"
    content = director.api("GET", "documents", f"/documents/{document['id']}/file.pdf")
    (target / file).write_bytes(content)
    delivery = document.get("delivery")
    return {
        "number": document["number"],
        "title": document["title"],
        "file": file,
        "signers": ", ".join(signer["name"] for signer in document["signers"]),
        "delivery": _delivery_words(delivery),
        "proofs": _proofs(stage, delivery, name, target) if delivery else [],
    }


def _delivery_words(delivery: dict[str, Any] | None) -> str:
    if not delivery:
        return ""
    words = CHANNELS.get(delivery["channel"], delivery["channel"])
    if delivery["delivered_on"]:
        return f"{words}, doručeno {delivery['delivered_on']}"
    return f"{words}, {delivery['state']}"


def _proofs(
    stage: Stage, delivery: dict[str, Any], name: str, target: Path
) -> list[dict[str, str]]:
    director, found = stage.as_(DIRECTOR), []
    whole = director.get("documents", f"/deliveries/{delivery['id']}")
    for number, proof in enumerate(whole["proofs"], start=1):
        suffix = Path(proof["file_name"]).suffix or ".bin"
        file = f"doklady/{name} {number}{suffix}"
        path = f"/deliveries/{delivery['id']}/proofs/{proof['id']}"
        content = director.api("GET", "documents", path)
        (target / file).write_bytes(content)
        found.append({"file": file, "name": proof["file_name"]})
    return found


def _results(stage: Stage) -> list[dict[str, str]]:
    director = stage.as_(DIRECTOR)
    call = f"/calls/{stage.id_of('call')}"
    resolution = director.get("evaluation", f"{call}/resolution")
    verdicts = {line["application_id"]: line for line in resolution["lines"]}
    rows = []
    for case in director.get("evaluation", f"{call}/cases", page_size=200)["items"]:
        line = verdicts[case["id"]]
        amount = f", {_crowns(line['amount'])}" if line["verdict"] == "approved" else ""
        rows.append(
            {
                "number": case["number"],
                "fiche": case["fiche"],
                "applicant": case["applicant_name"],
                "title": case["title"],
                "requested": _crowns(case["requested"]),
                "outcome": OUTCOMES.get(line["verdict"], line["verdict"]) + amount,
            }
        )
    return sorted(rows, key=lambda row: row["number"])


def _crowns(value: dict[str, str]) -> str:
    return Money.from_json(value).formatted("cs")


def _file_name(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:90]
