"""Settings of the store of files."""

import re
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from shared.config import Settings

BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PREFIX = re.compile(r"(?:[A-Za-z0-9_-]+/)*")


class StoreSettings(Settings):
    """Where documents keeps its files."""

    store: Literal["folder", "s3"] = "folder"
    """``folder`` is ``documents/files`` under ``var``; ``s3`` is a bucket."""
    store_reserve_mb: int = Field(default=100, ge=0, le=100_000)
    """So much stays free in the folder's file system for work that has been begun."""
    s3_endpoint: str = ""
    """Scheme, host and port of the server, such as ``https://s3.example.org``."""
    s3_region: str = "us-east-1"
    s3_bucket: str = ""
    s3_prefix: str = ""
    """In front of each object's name, such as ``vyzva/``; empty means the root of the bucket."""
    s3_addressing: Literal["path", "virtual"] = "path"
    """Where the bucket's name stands: in the path (servers of one's own) or in the host."""
    s3_access_key: str = ""
    s3_secret_key: SecretStr = SecretStr("")
    s3_trusted: Path | None = None
    """PEM file of certificates by which the server is known; empty means the usual ones."""

    @model_validator(mode="after")
    def _check_store(self) -> Self:
        if self.store == "s3" or self.s3_endpoint:
            self._check_s3()
        return self

    def _check_s3(self) -> None:
        place = urlsplit(self.s3_endpoint)
        is_bare = self.s3_endpoint == f"{place.scheme}://{place.netloc}" and "@" not in place.netloc
        schemes = ("https", "http") if self.is_development else ("https",)
        if place.scheme not in schemes or not place.hostname or not is_bare:
            raise ValueError(
                f"s3_endpoint: needs scheme ({' or '.join(schemes)}), host and port, nothing else"
            )
        if not BUCKET.fullmatch(self.s3_bucket):
            raise ValueError("s3_bucket: not the name of a bucket")
        if not PREFIX.fullmatch(self.s3_prefix):
            raise ValueError("s3_prefix: letters, digits, - and _ in parts that end with a slash")
        if not self.s3_access_key or not self.s3_secret_key.get_secret_value():
            raise ValueError("s3_access_key, s3_secret_key: both are needed")
