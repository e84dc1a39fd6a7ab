"""Write the generated parts of ``docs/`` and the ``openapi.json`` files (``make docs``)."""

import importlib
import json
import pkgutil
from pathlib import Path

from shared.states import StateMachine
from tests.documents.attack_verdicts import attacks_table
from tests.house.apps import access_of, methods_of, openapi_of, routes_of, simulator_openapi
from tests.house.papers import papers_table
from tests.house.rules import decisions_table, rules_table
from tests.house.tree import ROOT, SERVICES

BEGIN, END = "<!-- generated: {} -->", "<!-- end of generated part -->"


def files() -> dict[Path, str]:
    """Return every generated file with its text."""
    made = {ROOT / "docs" / "routes.md": routes_page()}
    for name in SERVICES:
        text = json.dumps(openapi_of(name), indent=2, ensure_ascii=False, sort_keys=True)
        made[ROOT / "services" / name / "openapi.json"] = text + "\n"
    text = json.dumps(simulator_openapi(), indent=2, ensure_ascii=False, sort_keys=True)
    made[ROOT / "services" / "isds_simulator" / "openapi.json"] = text + "\n"
    page = ROOT / "docs" / "process.md"
    text = page.read_text("utf-8")
    text = filled(text, "states", states_part())
    text = filled(text, "decisions", decisions_table())
    text = filled(text, "papers", papers_table())
    made[page] = filled(text, "rules", rules_table())
    page = ROOT / "docs" / "security.md"
    made[page] = filled(page.read_text("utf-8"), "attacks", attacks_table())
    return made


def routes_page() -> str:
    """Return the table of all routes with their access rules."""
    lines = [
        "# Routes and who may reach them",
        "",
        "Made by `make docs`. A route without a rule answers nobody.",
        "",
    ]
    for name in SERVICES:
        lines += [f"## {name}", "", "| Route | Methods | Access |", "|---|---|---|"]
        for route in routes_of(name):
            who = "; ".join(access_of(name, route)).replace("|", " or ")
            path = route.rule.replace("<", "{").replace(">", "}")
            lines.append(f"| `/{name}{path}` | {', '.join(methods_of(route))} | {who} |")
        lines.append("")
    return "\n".join(lines)


def machines() -> dict[str, StateMachine]:
    """Return every declared state machine of the services, by service and name."""
    found: dict[str, StateMachine] = {}
    for name in SERVICES:
        package = importlib.import_module(f"services.{name}.domain")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, StateMachine):
                    found[f"{name}: {value.name}"] = value
    return dict(sorted(found.items()))


def states_part() -> str:
    """Return a diagram and a table of arrows per machine."""
    parts: list[str] = []
    for title, machine in machines().items():
        parts += [f"### {title}", "", "```mermaid", machine.mermaid().strip(), "```", ""]
    return "\n".join(parts).rstrip()


def filled(text: str, part: str, content: str) -> str:
    """Replace the generated part of a page."""
    begin = BEGIN.format(part)
    head, rest = text.split(begin, 1)
    tail = rest.split(END, 1)[1]
    return f"{head}{begin}\n\n{content}\n\n{END}{tail}"


def main() -> None:
    """Write what changed."""
    for path, text in files().items():
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
