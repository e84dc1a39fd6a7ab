"""The gateway over ISDS. It never lists received mail, because that would deliver it."""

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.accounts import Accounts
from services.documents.delivery.archive import Archive
from services.documents.delivery.calls import Caller
from services.documents.delivery.directory import Directory
from services.documents.delivery.messages import Messages


class IsdsGateway(Messages, Directory, Accounts, Archive):
    """One sender's data box over SOAP; see the port for what each operation promises."""

    def __init__(self, account: IsdsAccount) -> None:
        super().__init__(Caller(account))
