"""The login itself: whose it is, what it may do, and its password."""

from services.documents.delivery.calls import Part, children_of, reading
from services.documents.delivery.directory import box_facts
from services.documents.delivery.operations import Operation
from services.documents.delivery.port import GatewayRefused, GatewayUnavailable, LoginFacts
from services.documents.delivery.soap import element, elements_of, instant_of, number_of, text_of

NO_PERSON = frozenset({"2102", "2103"})
"""The login is a system certificate or an internal user, who is not described."""


class Accounts(Part):
    """Asks about the login."""

    def login(self) -> LoginFacts:
        """Return what the login is and may do."""
        nothing = [element("dbDummy")]
        owner = self._caller.call(Operation.GET_OWNER_INFO, nothing)
        owners = elements_of(owner.body, "dbOwnerInfo")
        if not owners:
            raise GatewayUnavailable("The holder of the box is missing.")
        user_type, rights = self._user()
        password = self._caller.call(Operation.GET_PASSWORD_INFO, [element("dbDummy")])
        return LoginFacts(
            box=box_facts(owners[0]),
            user_type=user_type,
            rights=rights,
            password_expires_at=reading(lambda: instant_of(text_of(password.body, "pswExpDate"))),
        )

    def change_password(self, old: str, new: str) -> None:
        """Change the password of the login."""
        values = {"dbOldPassword": old, "dbNewPassword": new}
        self._caller.call(Operation.CHANGE_PASSWORD, children_of(values))

    def ping(self) -> None:
        """Test the login."""
        self._caller.call(Operation.DUMMY_OPERATION)

    def _user(self) -> tuple[str, int | None]:
        try:
            user = self._caller.call(Operation.GET_USER_INFO, [element("dbDummy")])
        except GatewayRefused as refused:
            if refused.code in NO_PERSON:
                return "", None
            raise
        rights = reading(lambda: number_of(text_of(user.body, "userPrivils")))
        return text_of(user.body, "userType"), rights
