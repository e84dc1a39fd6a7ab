"""veraPDF: PDF/A and PDF/UA, judged by the engine that the industry refers to."""

import json
import sys
from collections.abc import Sequence

from tests.validators.exhibits import Exhibit
from tests.validators.process import answers
from tests.validators.verdicts import Verdict


def judge(exhibits: Sequence[Exhibit]) -> list[Verdict]:
    """Return a verdict on each file for each of its profiles.

    Raises:
        JudgeBroken: the engine failed.
    """
    pairs = [(exhibit, profile) for exhibit in exhibits for profile in exhibit.profiles]
    asked = [json.dumps({"path": str(one.file), "profile": name}) for one, name in pairs]
    told = answers([sys.executable, "-m", "tests.validators.verapdf_process"], asked)
    return [
        Verdict(f"veraPDF {profile}", exhibit.file, one["passed"], tuple(one["findings"]))
        for (exhibit, profile), one in zip(pairs, told, strict=True)
    ]
