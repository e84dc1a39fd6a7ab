"""The questions by which deliveries are read and changed, one or some of them.

Made once: whoever sends thousands of letters would else put these together for each again.
"""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, lazyload

from services.documents.models import Delivery
from services.documents.service.loading import ALONE

AS_IT_STANDS = (
    select(Delivery)
    .where(Delivery.id == bindparam("delivery_id"))
    .options(ALONE, joinedload(Delivery.recipient))
)
WITHOUT_PROOFS = AS_IT_STANDS.options(lazyload(Delivery.proofs))
TO_CHANGE = WITHOUT_PROOFS.with_for_update(of=Delivery).execution_options(populate_existing=True)
SOME = (
    select(Delivery)
    .where(Delivery.id.in_(bindparam("ids", expanding=True)))
    .options(ALONE, joinedload(Delivery.recipient))
)
SOME_TO_CHANGE = (
    SOME.order_by(Delivery.id)
    .with_for_update(of=Delivery)
    .execution_options(populate_existing=True)
)
SOME_WITHOUT_PROOFS = SOME_TO_CHANGE.options(lazyload(Delivery.proofs))
TOKEN = select(Delivery.fencing_token).where(Delivery.id == bindparam("delivery_id"))
