"""Papers that applicants hand in: small real PDF files."""

import typst


def paper(title: str) -> bytes:
    """Return a one-page PDF with a title."""
    source = b'#set text(lang: "cs")\n= #sys.inputs.title\n#lorem(60)'
    made = typst.compile(source, sys_inputs={"title": title})
    if not isinstance(made, bytes):
        raise TypeError("A paper is one file.")
    return made
