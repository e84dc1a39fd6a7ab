"""How it is told that a receipt proves nothing: each sentence says what to do."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.documents.domain import drawn, receipts
from shared.errors import DomainError
from shared.problems import Problem

RECEIPTS: dict[type[DomainError], Problem] = {
    receipts.ScanUnreadable: Problem(
        422,
        "scan-unreadable",
        N_(
            "Soubor se nepodařilo přečíst: je poškozený nebo příliš velký. Naskenujte papír znovu, "
            "nejlépe do PDF v rozlišení 200 až 300 bodů na palec."
        ),
    ),
    receipts.ScanTooLong: Problem(
        422,
        "scan-too-long",
        N_("Soubor má víc než %(most)s stran. Rozdělte jej a nahrajte po částech."),
    ),
    receipts.PageWithoutCode: Problem(
        422,
        "page-without-code",
        N_(
            "Na straně %(page)s není čitelný QR kód potvrzení o převzetí. Naskenujte celou stranu "
            "potvrzení, které jste vytiskli u doručení, rovně a bez zakrytého kódu. Jiný papír "
            "jako potvrzení použít nejde."
        ),
    ),
    receipts.PageWithTwoCodes: Problem(
        422,
        "page-with-two-codes",
        N_(
            "Na straně %(page)s jsou kódy více potvrzení. Naskenujte každé potvrzení zvlášť "
            "na vlastní stranu."
        ),
    ),
    receipts.NoReceiptFound: Problem(
        422,
        "no-receipt-found",
        N_("Soubor má jen prázdné strany. Nejspíš jste skenovali rub; naskenujte líc potvrzení."),
    ),
    receipts.ReceiptOfAnother: Problem(
        422,
        "receipt-of-another",
        N_(
            "Strana %(page)s je potvrzení k jinému doručení. Nahrajte sken, který patří sem, nebo "
            "celý soubor předejte stránce Naskenovaná převzetí: ta strany roztřídí sama."
        ),
    ),
    receipts.ReceiptOfNobody: Problem(
        422,
        "receipt-of-nobody",
        N_("Potvrzení na straně %(page)s nepatří k žádnému doručení vaší organizace."),
    ),
    receipts.ReceiptOfAnotherFile: Problem(
        422,
        "receipt-of-another-file",
        N_(
            "Potvrzení na straně %(page)s bylo vytištěné pro soubor, který jako tento dokument "
            "nikdy nebyl vydán. Vytiskněte nové potvrzení a nechte je podepsat."
        ),
    ),
    drawn.DrawingUnreadable: Problem(
        422,
        "drawing-unreadable",
        N_("Podpis se nepodařilo přečíst. Smažte ho a podepište se znovu."),
    ),
    drawn.DrawingEmpty: Problem(
        422,
        "drawing-empty",
        N_("Podepište se do rámečku; tečka ani krátká čára nestačí."),
    ),
    drawn.NameNotTyped: Problem(
        422,
        "name-not-typed",
        N_("Napište celé své jméno stejně jako výše: %(name)s."),
    ),
}
