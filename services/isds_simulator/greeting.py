"""What the program says when it starts: where it listens, who may sign in, what to trust."""

from services.isds_simulator.ledger import accounts, boxes
from services.isds_simulator.service.office import Office

MOST_SHOWN = 12
RIGHTS = {28: "sends, looks, searches; never delivers what came", 31: "sends and reads"}


def greeting(office: Office, urls: list[str]) -> str:
    """Return the text that the program writes at start.

    Args:
        office: The simulator.
        urls: Addresses at which it listens; the second one plays ws2.

    Returns:
        Lines for a terminal. Passwords are not known any more, only logins.
    """
    url, *others = urls
    root = office.settings.data_dir / "pki" / "root.pem"
    lines = [
        f"The ISDS simulator listens on {url}/",
        "",
        f"  pages       {url}/                       boxes, messages, faults, clock",
        f"  SOAP        {url}/DS/dz, dx, df, DsManage  (name and password)",
        f"  big files   {others[0] if others else url}/DS/vodz, arch",
    ]
    if url.startswith("https"):
        lines.append(f"  with TLS    {url}/cert/DS/..., /certds/DS/..., /hspis/DS/...")
    lines += [
        f"  control     {url}/control/clock, boxes, faults, scenario, ledger",
        f"  trust       {root}  (seals, time stamps, TLS)",
        f"              curl --cacert {root} {url}/control/clock",
        "",
        *_logins(office, url),
    ]
    return "\n".join(lines) + "\n"


def _logins(office: Office, url: str) -> list[str]:
    with office.ledger.reading() as connection:
        found = accounts.some_accounts(connection, MOST_SHOWN + 1)
        known = {account.box_id: boxes.find_box(connection, account.box_id) for account in found}
    if not found:
        return [
            "  No login yet. Start with --seed FILE, or:",
            f"  curl -X POST {url}/control/boxes -H 'Content-Type: application/json' -d "
            '\'{"type": "OVM", "name": "Obec", "logins": '
            '[{"username": "obec", "password": "heslo"}]}\'',
        ]
    lines = ["  Logins (passwords are those of the seed):"]
    for account in found[:MOST_SHOWN]:
        box = known[account.box_id]
        holder = "" if box is None else f"{box.type} {box.name}"
        what = RIGHTS.get(account.rights, "")
        lines.append(
            f"    {account.username:<16} box {account.box_id}  rights {account.rights:<3} "
            f"{holder}{'  - ' + what if what else ''}"
        )
    if len(found) > MOST_SHOWN:
        lines.append("    ... and more")
    return lines
