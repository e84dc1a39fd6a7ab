"""Errors of reviews and of the committee's book."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.evaluation.domain import book, reviews
from shared.errors import DomainError
from shared.problems import Problem

REVIEWS: dict[type[DomainError], Problem] = {
    book.BookTooLate: Problem(
        409, "book-too-late", N_("Zápis z jednání je uzavřen, kniha pro komisi už nic nepřipraví.")
    ),
    book.NothingForBook: Problem(
        409, "nothing-for-book", N_("Před komisí není žádný projekt, kniha by byla prázdná.")
    ),
    reviews.NotDeliveredYet: Problem(
        409,
        "notice-not-delivered",
        N_("Oznámení k žádosti %(number)s ještě není doručené, není tedy co přezkoumat."),
    ),
    reviews.ReviewedBefore: Problem(
        409,
        "reviewed-before",
        N_("O přezkum tohoto oznámení už žadatel %(number)s požádal. Požádat může jednou."),
    ),
    reviews.ReviewBeforeNotice: Problem(
        422,
        "review-before-notice",
        N_("Žádost o přezkum nemohla dojít dřív, než bylo oznámení doručeno (%(delivered_on)s)."),
    ),
    reviews.ReviewDecided: Problem(
        409, "review-decided", N_("O přezkumu u žádosti %(number)s už je rozhodnuto.")
    ),
    reviews.ReviewDecidedEarly: Problem(
        422,
        "review-decided-early",
        N_("Rozhodnutí nemůže být starší než žádost o přezkum, která došla %(received_on)s."),
    ),
    reviews.LatenessWrong: Problem(
        422,
        "review-lateness-wrong",
        N_("Jako opožděná se odmítá právě žádost, která došla po lhůtě. Lhůta trvala do %(due)s."),
    ),
    reviews.MeasureMissing: Problem(
        422,
        "review-measure",
        N_("Opatření napište právě tehdy, když se žádosti o přezkum vyhovuje."),
    ),
    reviews.JudgedBefore: Problem(
        403,
        "judged-before",
        N_("Projekt jste kontrolovali, hodnotili nebo doporučovali; o přezkumu rozhodne jiný."),
    ),
}
