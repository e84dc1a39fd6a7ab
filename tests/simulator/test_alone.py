"""The simulator as a program of its own."""

import json
import re
import subprocess
import sys
from pathlib import Path

from .wire import Wire

ROOT = Path(__file__).parents[2]


def test_it_runs_alone_with_a_seed(tmp_path: Path, pki: Path) -> None:
    login = {"username": "mas", "password": "heslo-mas"}
    box = {"type": "PO", "name": "MAS Příklad", "ic": "12345678", "logins": [login]}
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({"boxes": [box]}), encoding="utf-8")
    data = tmp_path / "data"
    data.mkdir()
    (data / "pki").symlink_to(pki)
    command = [sys.executable, "-m", "services.isds_simulator", "--port", "0"]
    command += ["--data", str(data), "--seed", str(seed)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = re.search(r"http://[\d.:]+", process.stdout.readline())
        assert address is not None

        answer = Wire(address[0]).call("DsManage", "GetOwnerInfoFromLogin2")

        assert answer.text("firmName") == "MAS Příklad"
    finally:
        process.terminate()
        process.wait(60)
