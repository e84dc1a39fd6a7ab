"""Settings of registry."""

from typing import ClassVar, Literal

from pydantic import Field, SecretStr

from shared.config import Settings


class RegistrySettings(Settings):
    """What registry needs beyond the common settings."""

    service: ClassVar[str] = "registry"

    mail: Literal["folder", "smtp"] = "folder"
    """``folder`` writes each message as a file under ``var/mail``; ``smtp`` sends it."""
    mail_from: str = "vyzva@localhost"
    smtp_host: str = "localhost"
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
