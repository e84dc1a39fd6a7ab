"""Plain SVG drawings: shapes only, nothing that acts, loads or writes."""

from urllib.parse import urldefrag

from lxml import etree

from services.documents.domain.logos import LogoRefused

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = frozenset(
    {"svg", "g", "defs", "title", "desc", "path", "rect", "circle", "ellipse", "line", "stop"}
    | {"polyline", "polygon", "use", "symbol", "clipPath", "linearGradient", "radialGradient"}
)
MOST_COPIES = 12
"""Uses of one shape in another; more of them, nested, would grow without end when drawn."""
LINKS = ("href", "{http://www.w3.org/1999/xlink}href")


def check_drawing(content: bytes) -> None:
    """Refuse a drawing that is more than shapes.

    Raises:
        LogoRefused: not well-formed, a foreign element, a script, or a reference outside.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise LogoRefused() from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise LogoRefused()
    if sum(1 for _ in root.iter(f"{SVG}use")) > MOST_COPIES:
        raise LogoRefused()
    for element in root.iter(etree.Element):
        _check_element(element)


def _check_element(element: etree._Element) -> None:
    name = str(element.tag)
    if not name.startswith(SVG) or name.removeprefix(SVG) not in SHAPES:
        raise LogoRefused()
    for key, value in element.attrib.items():
        is_outside = key in LINKS and urldefrag(value)[0] != ""
        is_loading = "url(" in value and "url(#" not in value.replace(" ", "").replace("'", "")
        if is_outside or is_loading or str(key).lower().startswith("on"):
            raise LogoRefused()
