"""The password of a login: when it ends, and how it is changed."""

import hmac
from dataclasses import replace

from services.isds_simulator.domain import refusals
from services.isds_simulator.domain.new_password import MOST_REMEMBERED, check_new_password
from services.isds_simulator.domain.refusals import Refused
from services.isds_simulator.ledger import accounts
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.service.passwords import new_salt, password_digest
from services.isds_simulator.service.xml_writing import element
from services.isds_simulator.soap.operation import Answer, Call, Operation, Right
from services.isds_simulator.soap.signing_in import is_password


def password_info(call: Call) -> Answer:
    """Tell when the password ends; nil for never."""
    return Answer(element("p:pswExpDate", call.account.password_expires))


def change_password(call: Call) -> Answer:
    """Change the caller's password; the new one is in force a few seconds later."""
    if call.account.is_application:
        raise Refused(refusals.NO_RIGHT)
    old = call.fields.text("dbOldPassword") or ""
    new = call.fields.text("dbNewPassword") or ""
    with call.office.ledger.writing() as connection:
        account = accounts.find_account(connection, call.account.username)
        if account is None or not is_password(account, old, now=call.now):
            raise Refused(refusals.CREDENTIAL_WRONG)
        if new == old:
            raise Refused(refusals.CREDENTIAL_SAME)
        check_new_password(new, account.username)
        _check_unused(connection, account.username, new)
        validity = call.office.settings.password_validity
        salt = new_salt()
        present = password_digest(old, account.salt)
        is_first = hmac.compare_digest(present, account.password_digest)
        accounts.change_password(
            connection,
            replace(
                account,
                # The present password stays in force until the next one is.
                salt=account.salt if is_first else (account.next_salt or account.salt),
                password_digest=present if is_first else (account.next_digest or present),
                next_salt=salt,
                next_digest=password_digest(new, salt),
                next_from=call.now + call.office.settings.password_delay,
                password_expires=None if validity is None else call.now + validity,
            ),
        )
    return Answer()


def _check_unused(connection: Connection, username: str, new: str) -> None:
    used = accounts.used_passwords(connection, username, MOST_REMEMBERED)
    if any(hmac.compare_digest(password_digest(new, salt), digest) for salt, digest in used):
        raise Refused(refusals.CREDENTIAL_USED)


MANAGE = frozenset({"DsManage"})
OPERATIONS = (
    Operation("GetPasswordInfo", MANAGE, Right.NONE, password_info, "db"),
    Operation("ChangeISDSPassword", MANAGE, Right.NONE, change_password, "db"),
)
