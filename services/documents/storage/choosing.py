"""Opening the store that the settings name."""

from services.documents.adapters.files import FileStore
from services.documents.adapters.folder import FolderStore
from services.documents.adapters.s3 import Bucket, S3Store
from services.documents.adapters.sigv4 import Credentials
from services.documents.store_settings import StoreSettings

MEGABYTE = 1024 * 1024
KINDS = ("folder", "s3")


def open_store(settings: StoreSettings, kind: str = "") -> FileStore:
    """Return the store of a kind, or the one that is in use.

    A folder is freed of what killed processes left behind.
    """
    if (kind or settings.store) == "s3":
        return _bucket(settings)
    folder = FolderStore(settings.var / "documents" / "files", settings.store_reserve_mb * MEGABYTE)
    folder.sweep()
    return folder


def _bucket(settings: StoreSettings) -> S3Store:
    bucket = Bucket(
        endpoint=settings.s3_endpoint,
        name=settings.s3_bucket,
        prefix=settings.s3_prefix,
        is_virtual_host=settings.s3_addressing == "virtual",
        trusted=settings.s3_trusted,
    )
    secret = settings.s3_secret_key.get_secret_value()
    return S3Store(bucket, Credentials(settings.s3_access_key, secret, settings.s3_region))
