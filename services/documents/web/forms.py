"""Forms of documents' pages."""

from typing import cast

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import EqualTo, Length

from services.documents.domain.postage import Terms
from services.documents.domain.secrets import LONGEST, SHORTEST
from services.documents.web.priced_forms import PricedForm
from shared.money import Money
from shared.web.forms import DayField, FreshIdField, MoneyField, PageForm, required


def _chosen_file() -> FileRequired:
    return FileRequired(N_("Vyberte soubor."))


class SignForm(PricedForm):
    """One secret for all documents shown; ``shown`` holds the bytes that were shown."""

    shown = HiddenField()
    """Pairs ``document id:SHA-256``, separated by commas."""
    signing_secret = PasswordField(
        N_("Podpisové heslo"),
        validators=[required, Length(max=LONGEST)],
        render_kw={"autocomplete": "off"},
    )


class NewKeyForm(PageForm):
    """The secret of a new signing key, twice."""

    signing_secret = PasswordField(
        N_("Nové podpisové heslo"),
        description=N_(
            "Aspoň %(shortest)s znaků, například tři nesouvisející slova. Nikdo jiný je nezná "
            "a nelze je obnovit.",
            shortest=SHORTEST,
        ),
        validators=[required, Length(max=LONGEST)],
        render_kw={"autocomplete": "new-password"},
    )
    repeated = PasswordField(
        N_("Podpisové heslo ještě jednou"),
        validators=[required, EqualTo("signing_secret", N_("Hesla se neshodují."))],
        render_kw={"autocomplete": "new-password"},
    )


class UploadSignedForm(PageForm):
    """The file that was signed elsewhere."""

    signed = FileField(
        N_("Podepsaný soubor"),
        description=N_("PDF z vašeho programu."),
        validators=[_chosen_file()],
    )


class BindForm(PageForm):
    """A certificate with which the person signs elsewhere."""

    certificate = FileField(
        N_("Certifikát"),
        description=N_("Soubor CER, CRT, DER nebo PEM, bez soukromého klíče."),
        validators=[_chosen_file()],
    )


class StoreForm(PageForm):
    """A PKCS#12 store and its password, for one act."""

    store = FileField(
        N_("Soubor PKCS#12"), description=N_("Soubor P12 nebo PFX."), validators=[_chosen_file()]
    )
    store_password = PasswordField(
        N_("Heslo k souboru"),
        validators=[Length(max=LONGEST)],
        render_kw={"autocomplete": "off"},
    )
    shown = HiddenField()
    """SHA-256 of the document that was shown."""


class TokenForm(PageForm):
    """Which key of which token, and the PIN for this act."""

    token = SelectField(N_("Token"))
    key_label = StringField(N_("Označení klíče na tokenu"), validators=[required, Length(max=100)])
    pin = PasswordField(
        N_("PIN"), validators=[required, Length(max=100)], render_kw={"autocomplete": "off"}
    )
    shown = HiddenField()
    """SHA-256 of the document that was shown."""


class RemoteForm(PageForm):
    """Which key of which remote service, and what opens it for this act."""

    remote = SelectField(N_("Služba"))
    credential = StringField(N_("Označení klíče u služby"), validators=[required, Length(max=200)])
    remote_pin = PasswordField(
        N_("PIN ke klíči"),
        description=N_("Nechte prázdné, když jej služba nechce."),
        validators=[Length(max=100)],
        render_kw={"autocomplete": "off"},
    )
    code = StringField(
        N_("Jednorázový kód"),
        description=N_("Z aplikace poskytovatele; nechte prázdné, když jej služba nechce."),
        validators=[Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
    shown = HiddenField()
    """SHA-256 of the document that was shown."""


class KeepStoreForm(NewKeyForm):
    """A PKCS#12 store to be kept under a new signing secret."""

    store = FileField(
        N_("Soubor PKCS#12"), description=N_("Soubor P12 nebo PFX."), validators=[_chosen_file()]
    )
    store_password = PasswordField(
        N_("Heslo k souboru"),
        description=N_("Použije se jen teď a neukládá se."),
        validators=[Length(max=LONGEST)],
        render_kw={"autocomplete": "off"},
    )


class TrustListForm(PageForm):
    """A trust list to be kept."""

    trust_list = FileField(
        N_("Důvěryhodný seznam"),
        description=N_("Soubor XML, jak jej vydal správce seznamu."),
        validators=[_chosen_file()],
    )


class EndBindingForm(PageForm):
    """Takes a certificate from its holder."""


class RetireKeyForm(PageForm):
    """Puts the present key away."""


class ConfirmKeyForm(PageForm):
    """Lets another person's new key sign."""


SCAN_HINT = N_("PDF nebo obrázek (PNG, JPEG, TIFF).")


class PostingForm(PageForm):
    """Proof of posting."""

    posted_on = DayField(N_("Den podání na poště"), validators=[required])
    tracking_number = StringField(
        N_("Podací číslo"),
        description=N_("Z podacího lístku, například RR 123 456 785 CZ."),
        validators=[required, Length(max=40)],
    )
    slip = FileField(N_("Sken podacího lístku"), description=SCAN_HINT)


class SlipForm(PostingForm):
    """Proof of posting where the slip must not be missing."""

    slip = FileField(N_("Sken podacího lístku"), description=SCAN_HINT, validators=[_chosen_file()])


class AdviceForm(PageForm):
    """Proof of receipt by post."""

    received_on = DayField(
        N_("Den převzetí"),
        description=N_("Podle dodejky s podpisem příjemce."),
        validators=[required],
    )
    scan = FileField(N_("Sken dodejky"), description=SCAN_HINT, validators=[_chosen_file()])


class ReturnForm(PageForm):
    """The item that came back."""

    returned_on = DayField(N_("Den vrácení"), validators=[required])


class PostingSheetForm(PageForm):
    """The day whose postings the sheet lists."""

    document_id = FreshIdField()
    posted_on = DayField(N_("Den podání na poště"), validators=[required])


class ProofPaperForm(PageForm):
    """The readable form of what proves a delivery."""


class HandOverForm(PageForm):
    """Proof of handing over."""

    handed_over_on = DayField(N_("Den předání"), validators=[required])
    received_by = StringField(
        N_("Kdo převzal"),
        description=N_("Jméno a příjmení osoby, která převzetí podepsala."),
        validators=[required, Length(max=200)],
    )
    scan = FileField(
        N_("Sken podepsaného potvrzení"),
        description=N_("Potvrzení vytištěné zde, s QR kódem. PDF nebo obrázek (PNG, JPEG, TIFF)."),
        validators=[_chosen_file()],
    )


class CountersignedForm(PageForm):
    """What the other party of an agreement signed and sent back."""

    copy = FileField(
        N_("Soubor, který poslala druhá strana"),
        description=N_("PDF s elektronickým podpisem, nebo sken (PDF, PNG, JPEG, TIFF)."),
        validators=[_chosen_file()],
    )
    signed_by = StringField(
        N_("Kdo za druhou stranu podepsal"),
        description=N_("Jméno a funkce, například: Karel Tichý, starosta obce Abertamy."),
        validators=[required, Length(max=200)],
    )
    received_on = DayField(N_("Kdy k nám přišel"), validators=[required])


class PostageForm(PageForm):
    """What a person approves about paid messages."""

    price = MoneyField(
        N_("Schvaluji cenu jedné placené zprávy"),
        description=N_("Dražší zprávy počkají, dokud někdo neschválí i jejich cenu."),
        validators=[required],
    )
    monthly_limit = MoneyField(
        N_("Měsíční limit"),
        description=N_(
            "Víc za placené zprávy v jednom kalendářním měsíci neutratíme; ostatní počkají. "
            "Prázdné pole znamená bez limitu."
        ),
    )
    asks_each = BooleanField(N_("Každé placené odeslání ještě zvlášť schvalovat"))

    def terms(self) -> Terms:
        """Return what was typed as a value."""
        price = cast("Money", self.price.data)  # the field is required
        return Terms(price, self.monthly_limit.data, self.asks_each.data)


class DispatchForm(PageForm):
    """How many messages the person means, and which were shown."""

    dispatch_id = FreshIdField()
    digest = HiddenField()
    count = IntegerField(
        N_("Napište počet zpráv"),
        validators=[required],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class HoldForm(PageForm):
    """Why the messages of an approval, or the documents of a batch, rest or go on."""

    why = TextAreaField(N_("Proč"), validators=[required, Length(max=1000)], render_kw={"rows": 2})


class HoldSendingForm(PageForm):
    """The same of a batch's letters, on the page where its documents have a pause of their own."""

    why_sending = TextAreaField(
        N_("Proč"), validators=[required, Length(max=1000)], render_kw={"rows": 2}
    )


class StopForm(PageForm):
    """Why nothing is to leave."""

    reason = TextAreaField(
        N_("Proč"), validators=[required, Length(max=1000)], render_kw={"rows": 3}
    )


class RetryForm(PageForm):
    """Another try by data box, and why."""

    why = TextAreaField(N_("Proč"), validators=[required, Length(max=1000)], render_kw={"rows": 2})


class LookForm(PageForm):
    """Another look for a message of unknown fate, and why."""

    message_number = StringField(
        N_("Číslo datové zprávy"),
        description=N_("Vyplňte, jen pokud jste zprávu našli mezi odeslanými ve své schránce."),
        validators=[Length(max=20)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    why = TextAreaField(N_("Proč"), validators=[required, Length(max=1000)], render_kw={"rows": 2})


class EndForm(PageForm):
    """The end of a delivery that can lead nowhere, and why."""

    why = TextAreaField(N_("Proč"), validators=[required, Length(max=500)], render_kw={"rows": 2})


class ConfirmBatchForm(PricedForm):
    """How many documents the person means."""

    count = IntegerField(
        N_("Napište počet dokumentů v dávce"),
        validators=[required],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class ApproveBatchForm(PricedForm):
    """How many documents the director means to approve."""

    approved = IntegerField(
        N_("Napište počet schvalovaných dokumentů"),
        validators=[required],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class CancelBatchForm(PageForm):
    """Why the rest of a batch is given up."""

    reason = TextAreaField(
        N_("Důvod zrušení"), validators=[required, Length(max=1000)], render_kw={"rows": 3}
    )


class BatchActForm(PageForm):
    """A button: pause, go on, try again, show."""


class SignManyForm(PageForm):
    """The list that the person wants: all that waits, or that of a batch."""

    job_id = FreshIdField()
    batch_id = HiddenField()


class BeginSigningForm(PricedForm):
    """One secret and the number of documents that the person means."""

    count = IntegerField(
        N_("Napište počet dokumentů"),
        validators=[required],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    signing_secret = PasswordField(
        N_("Podpisové heslo"),
        validators=[required, Length(max=LONGEST)],
        render_kw={"autocomplete": "off"},
    )


class ResumeSigningForm(PricedForm):
    """The secret once more: the key was forgotten with the pause."""

    signing_secret = PasswordField(
        N_("Podpisové heslo"),
        validators=[required, Length(max=LONGEST)],
        render_kw={"autocomplete": "off"},
    )


class CancelForm(PageForm):
    """Why a document is cancelled."""

    reason = TextAreaField(
        N_("Důvod zrušení"), validators=[required, Length(max=1000)], render_kw={"rows": 3}
    )
