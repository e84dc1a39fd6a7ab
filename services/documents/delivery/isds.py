"""The gateway over ISDS. It never lists received mail, because that would deliver it."""

from collections.abc import Callable
from datetime import datetime

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.accounts import Accounts
from services.documents.delivery.archive import Archive
from services.documents.delivery.calls import Caller
from services.documents.delivery.directory import Directory
from services.documents.delivery.information import LARGE_MESSAGE, Information
from services.documents.delivery.messages import Messages
from services.documents.delivery.port import (
    BoxesFound,
    BoxFacts,
    DeliveryInfo,
    GatewayRefused,
    LoginFacts,
    MessageFile,
    OutgoingMessage,
    PaidRight,
    Renewed,
    SentRecord,
    StateChange,
    Upload,
)
from services.documents.domain.isds_outcome import Exchange


class IsdsGateway:
    """One sender's data box over SOAP; see the port for what each operation promises."""

    def __init__(self, account: IsdsAccount) -> None:
        caller = Caller(account)
        self._information = Information(caller)
        self._messages = Messages(caller, self._information)
        self._directory = Directory(caller)
        self._accounts = Accounts(caller)
        self._archive = Archive(caller)

    def create_message(
        self, message: OutgoingMessage, may_start: Callable[[], bool] | None = None
    ) -> Exchange:
        """Try to create the message and tell exactly what was seen."""
        return self._messages.create(message, may_start)

    def create_for_many(
        self, message: OutgoingMessage, recipients: tuple[str, ...]
    ) -> dict[str, Exchange]:
        """Try to create the same message for several authorities."""
        return self._messages.create_for_many(message, recipients)

    def upload(self, file: MessageFile) -> Upload:
        """Leave a file at ISDS for a large message."""
        return self._messages.upload(file)

    def create_large(self, message: OutgoingMessage, uploads: tuple[Upload, ...]) -> Exchange:
        """Try to create a message of files that were left at ISDS."""
        return self._messages.create_large(message, uploads)

    def sent_messages(self, since: datetime, until: datetime) -> list[SentRecord]:
        """Return every sent message of the interval, in whatever state."""
        return self._information.sent_messages(since, until)

    def state_changes(self, since: datetime, until: datetime | None = None) -> list[StateChange]:
        """Return the state changes of sent messages in the interval."""
        return self._information.state_changes(since, until)

    def delivery_info(self, message_id: str) -> DeliveryInfo:
        """Return the events of a sent message."""
        return self._information.delivery_info(message_id)

    def envelope(self, message_id: str) -> SentRecord:
        """Return the envelope of a sent message, an erased one too."""
        return self._information.envelope(message_id)

    def signed_delivery_info(self, message_id: str) -> bytes:
        """Return the sealed delivery info."""
        return self._information.signed_delivery_info(message_id)

    def signed_sent_message(self, message_id: str) -> bytes:
        """Return the sealed message as sent, from the service that holds it."""
        try:
            return self._information.signed_sent_message(message_id)
        except GatewayRefused as refused:
            if refused.code != LARGE_MESSAGE:
                raise
        return self._information.signed_sent_message(message_id, is_large=True)

    def is_authentic(self, zfo: bytes) -> bool:
        """Ask ISDS whether it issued a sealed document."""
        return self._archive.is_authentic(zfo)

    def renew_stamp(self, zfo: bytes) -> Renewed:
        """Let ISDS add an archive time stamp."""
        return self._archive.renew_stamp(zfo)

    def find_box(self, *, box_id: str | None = None, ic: str | None = None) -> BoxFacts | None:
        """Return a box by its identifier or the holder's IČO."""
        return self._directory.find_box(box_id=box_id, ic=ic)

    def search(self, text: str, *, scope: str = "ALL", page: int = 0) -> BoxesFound:
        """Search boxes by a text."""
        return self._directory.search(text, scope, page)

    def can_receive(self, box_id: str) -> bool:
        """Tell whether the box exists and is open at this moment."""
        return self._directory.can_receive(box_id)

    def may_send_commercial(self, box_id: str) -> bool:
        """Tell whether a box could send a paid message now."""
        return self._directory.may_send_commercial(box_id)

    def paid_rights(self, box_id: str) -> list[PaidRight]:
        """Return the ways in which a box may send paid messages."""
        return self._directory.paid_rights(box_id)

    def credit(self, box_id: str) -> int:
        """Return the prepaid credit of the sender's box, in haléře."""
        return self._directory.credit(box_id)

    def login(self) -> LoginFacts:
        """Return what the login is and may do."""
        return self._accounts.login()

    def change_password(self, old: str, new: str) -> None:
        """Change the password of the login."""
        self._accounts.change_password(old, new)

    def ping(self) -> None:
        """Test the login."""
        self._accounts.ping()
