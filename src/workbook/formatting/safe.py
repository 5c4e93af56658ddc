r"""Texts of the data on their way into a terminal, a sentence or a page: they are read, and do nothing.

JupyterLab trusts what a live cell shows: it runs a script in it, fetches a picture, and typesets a formula, whose links may
run scripts too (``\href``). So whatever comes from data is made plain here.
"""

import html
import re
from typing import Any

# What no one sees, and what moves a cursor or turns the direction of writing: controls, invisible formats (but for the
# joiners that emoji and some scripts need), tags, and halves of a surrogate pair.
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
OURS = "*_`"  # what a sentence of ours is marked up with: bold, emphasis, code
MARKS = OURS + "&<>[]\\$~|@#!^{}"
BEGINS = r"^\s*(?:[-+=:]|`{3}|\d+[.)])"  # of a line: a list, a rule, a block of code
ADDRESS = r"://|(?<=www)\."  # of what Markdown makes a link by itself
ENDLESS = re.compile(r"((?:&#?\w+;|[^\s<>&]){40})(?=[^\s<>])")  # a word too long for a line


def visible(text: Any) -> str:
    r"""Text whose unseen characters are written out as in Python: an escape becomes ``\x1b``."""
    return UNSEEN.sub(lambda found: ascii(found[0])[1:-1], str(text))


def entity(character: str) -> str:
    r"""A character that neither Markdown nor HTML takes for markup.

    What begins a formula, ``$`` and ``\``, is in an element of its own besides: MathJax looks for formulas in what stands
    on a page in the end, but never across elements.
    """
    number = f"&#{ord(character)};"
    return f"<span>{number}</span>" if character in "$\\" else number


def markdown(text: Any, *, ours: str = "") -> str:
    """Text as part of a Markdown sentence, where it is no markup, no link and no formula.

    Parameters
    ----------
    text : from the data
    ours : marks that are left as they are; `OURS` for a sentence that texts were put into already
    """
    marks = re.escape("".join(sorted(set(MARKS) - set(ours))))
    pattern = f"{BEGINS}|{ADDRESS}|[{marks}]"
    return re.sub(pattern, lambda found: inert(found[0]), visible(text), flags=re.IGNORECASE)


def inert(marks: str) -> str:
    """Marks without their meaning."""
    return re.sub(r"[^\d\s/]", lambda found: entity(found[0]), marks)


def markup(text: Any) -> str:
    """Text as part of HTML that Jupyter shows: no element, no formula, and endless words can be broken into lines."""
    return quiet(html.escape(visible(text)))


def quiet(page: str) -> str:
    """HTML of escaped texts in which no formula is found, and whose endless words can be broken into lines."""
    return re.sub(r"[$\\]", lambda found: entity(found[0]), foldable(page))


def foldable(page: str) -> str:
    """HTML whose endless words can be broken into lines."""
    return re.sub(r"(?:^|(?<=>))[^<>]+", lambda text: ENDLESS.sub(r"\1<wbr>", text[0]), page)
