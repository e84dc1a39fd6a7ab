"""The operations of ISDS that a sender may call. A closed list: nothing else can be written.

The list of received messages is missing on purpose. Asking for it delivers, with all legal
effects, whatever waits in the box, so the sending worker must be unable to ask.
"""

from enum import Enum

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"

MESSAGES, INFORMATION, DIRECTORY, ACCOUNTS = "dz", "dx", "df", "DsManage"
LARGE, ARCHIVE = "vodz", "arch"

FAMILIES = {DIRECTORY: "db", ACCOUNTS: "db"}
"""Services whose answers carry ``dbStatus``; the others carry ``dmStatus``."""


class Operation(Enum):
    """One operation: its name and the service (last part of the path) that answers it.

    Source:
        WSDL 3.11 of ISDS; the large messages and the archive speak SOAP 1.2 on hosts of their own.
    """

    CREATE_MESSAGE = ("CreateMessage", MESSAGES)
    CREATE_MULTIPLE_MESSAGE = ("CreateMultipleMessage", MESSAGES)
    SIGNED_SENT_MESSAGE_DOWNLOAD = ("SignedSentMessageDownload", MESSAGES)
    AUTHENTICATE_MESSAGE = ("AuthenticateMessage", MESSAGES)
    DUMMY_OPERATION = ("DummyOperation", MESSAGES)

    GET_LIST_OF_SENT_MESSAGES = ("GetListOfSentMessages", INFORMATION)
    GET_MESSAGE_STATE_CHANGES = ("GetMessageStateChanges", INFORMATION)
    GET_DELIVERY_INFO = ("GetDeliveryInfo", INFORMATION)
    GET_SIGNED_DELIVERY_INFO = ("GetSignedDeliveryInfo", INFORMATION)
    SENT_MESSAGE_ENVELOPE_DOWNLOAD = ("SentMessageEnvelopeDownload", INFORMATION)

    CHECK_DATA_BOX = ("CheckDataBox", DIRECTORY)
    FIND_DATA_BOX_2 = ("FindDataBox2", DIRECTORY)
    ISDS_SEARCH_3 = ("ISDSSearch3", DIRECTORY)
    PDZ_SEND_INFO = ("PDZSendInfo", DIRECTORY)
    PDZ_INFO = ("PDZInfo", DIRECTORY)
    DATA_BOX_CREDIT_INFO = ("DataBoxCreditInfo", DIRECTORY)

    GET_OWNER_INFO = ("GetOwnerInfoFromLogin2", ACCOUNTS)
    GET_USER_INFO = ("GetUserInfoFromLogin2", ACCOUNTS)
    GET_PASSWORD_INFO = ("GetPasswordInfo", ACCOUNTS)
    CHANGE_PASSWORD = ("ChangeISDSPassword", ACCOUNTS)

    UPLOAD_ATTACHMENT = ("UploadAttachment", LARGE)
    CREATE_BIG_MESSAGE = ("CreateBigMessage", LARGE)
    SIGNED_SENT_BIG_MESSAGE_DOWNLOAD = ("SignedSentBigMessageDownload", LARGE)

    ARCHIVE_DOCUMENT = ("ArchiveISDSDocument", ARCHIVE)

    @property
    def called(self) -> str:
        """Name of the request's element."""
        return self.value[0]

    @property
    def service(self) -> str:
        """Last part of the path."""
        return self.value[1]

    @property
    def is_large(self) -> bool:
        """Whether the hosts for large messages answer it."""
        return self.service in (LARGE, ARCHIVE)

    @property
    def soap(self) -> str:
        """Namespace of the envelope that the service speaks."""
        return SOAP_12 if self.is_large else SOAP_11
