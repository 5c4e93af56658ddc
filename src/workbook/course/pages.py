"""Pages that are whole in themselves, so that they open offline: one style, tables and pictures of escaped texts."""

import base64
import html
import io
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from workbook.formatting.safe import foldable, visible
from workbook.tables.errors import DataError

# A page runs nothing and loads nothing, whatever has come to stand on it.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
TAGS = """a abbr b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre s
section small span strong sub summary sup table tbody td tfoot th thead tr u ul wbr"""
STYLES = (
    "background-color border-left color display font-size font-style font-weight margin padding text-align"
)
OURS = '<meta name="generator" content="workbook">'  # by which a page of ours is known
STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", sans-serif;
  max-width: 54rem; margin: 2rem auto; padding: 0 1.2rem; color: #222; background: #fff; }
h1, h2, h3 { line-height: 1.25; color: #12343b; } h1 { font-size: 1.9rem; } h2 { margin-top: 2.4rem; }
h3 { font-size: 1.15rem; margin: 1.6rem 0 .5rem; } p { margin: .5rem 0; }
code { overflow-wrap: anywhere; } code span { display: inline-block; }
a { color: #1d6f84; } a.anchor-link { display: none; } img { max-width: 100%; height: auto; }
table { border-collapse: collapse; font-size: .86rem; margin: .6rem 0; display: block; overflow-x: auto;
  width: fit-content; max-width: 100%; border: 0; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; text-align: right; vertical-align: top; border: 0; border-bottom: 1px solid #e4e8ea; }
th { background: #f3f6f7; } tbody th { font-weight: normal; background: none; }
td.number { white-space: nowrap; } tbody th, .words, .text_cell_render th, .text_cell_render td { text-align: left; }
pre { font: .82rem/1.45 ui-monospace, Consolas, monospace; white-space: pre-wrap; margin: .3rem 0; }
div.highlight { background: #f6f8f9; border-left: 3px solid #c8d6da; padding: .35rem .7rem; margin: .5rem 0; }
.prompt, .input_prompt, .output_prompt, .jp-InputPrompt, .jp-OutputPrompt { display: none; }
summary { cursor: pointer; margin: 1rem 0; font-size: 1.15rem; color: #12343b; }
.right, .passed { color: #1a7f37; } .wrong, .failed { color: #b3261e; } .skipped { color: #8a6d00; }
.cover { border-bottom: 3px solid #1d6f84; margin-bottom: 1.4rem; padding-bottom: .6rem; }
blockquote { border-left: 4px solid #e08e45; margin: .8rem 0; padding: .1rem 1rem; background: #fdf6ef; }
.pictures { display: grid; grid-template-columns: 1fr 1fr; gap: .8rem; align-items: start; margin: .8rem 0; }
.quiet { color: #5d696e; font-size: .86rem; }
@media (max-width: 40rem) { body { margin: 1rem auto; } h1 { font-size: 1.5rem; }
  .pictures { grid-template-columns: 1fr; } th, td { padding: .2rem .35rem; } }
@page { margin: 17mm 16mm;
  @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; color: #5d696e; } }
@media print {
  body { max-width: none; margin: 0; padding: 0; font-size: 10.5pt; line-height: 1.4; }
  a { color: inherit; text-decoration: none; } table { display: table; font-size: 8.5pt; }
  h1, h2, h3 { break-after: avoid; } thead { display: table-header-group; } p { orphans: 3; widows: 3; }
  img, tr, blockquote, li, .together, .output_html table, div.highlight { break-inside: avoid; }
  .pictures { grid-template-columns: 1fr 1fr; } details::details-content { content-visibility: visible; height: auto; }
  blockquote, th, div.highlight { background: none; }
}
"""


class Html(str):
    """Text that is markup already; all other text is escaped on its way into a page."""


def escape(text: Any) -> Html:
    """Text as part of a page: what comes from data is never markup."""
    return text if isinstance(text, Html) else Html(html.escape(visible(text)))


def cleaned(body: str) -> str:
    """HTML of others, a notebook's outputs say, with known elements alone; what could run or load anything is shown as text."""
    from bleach import clean
    from bleach.css_sanitizer import CSSSanitizer

    body = re.sub(r"<style\b.*?</style>", "", body, flags=re.DOTALL | re.IGNORECASE)
    return clean(
        body,
        tags=set(TAGS.split()),
        attributes=allowed_attribute,
        protocols={"http", "https", "mailto", "data"},
        css_sanitizer=CSSSanitizer(allowed_css_properties=STYLES.split()),
    )


def allowed_attribute(tag: str, name: str, value: str) -> bool:
    """Whether an element may have an attribute: pictures hold their data, and links lead on but hold none."""
    if name in ("src", "href"):
        inside = value.strip().lower().startswith("data:")
        return inside if (tag, name) == ("img", "src") else tag == "a" and name == "href" and not inside
    return name in ("alt", "class", "colspan", "id", "open", "role", "rowspan", "scope", "style", "title")


def document(title: str, body: str, style: str = "") -> str:
    """Wrap a body as a whole page."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>{escape(title)}</title>{OURS}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}{style}</style></head>\n<body>{foldable(body)}</body></html>\n"
    )


def check_target(path: Path) -> None:
    """See that a page goes into a new file or over a page of ours.

    Raises
    ------
    DataError
        if the file isn't called a page, or is something else.
    """
    new = not path.exists() and not path.is_symlink()
    if path.suffix != ".html" or not (new or (path.is_file() and is_ours(path))):
        raise DataError(
            f"--out must be a new file that ends in .html, or a page that the workbook wrote; got {str(path)!r}."
        )


def is_ours(path: Path) -> bool:
    """Whether the workbook wrote a page."""
    with path.open(encoding="utf-8", errors="replace") as file:
        return OURS in file.read(10_000)


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    words: Collection[str] = (),
    marked: Collection[int] = (),
) -> Html:
    """A table whose first column names the rows.

    Parameters
    ----------
    heads : of the columns
    rows : cells, as they are read
    words : heads of columns that are read as words, and set to the left
    marked : positions of rows that are set off by colour
    """
    form = [f' class="{"words" if head in words else "number"}"' for head in heads]
    head = "".join(f"<th{f}>{escape(h)}</th>" for h, f in zip(heads, form, strict=True))
    lines = []
    for number, (first, *others) in enumerate(rows):
        cells = "".join(f"<td{f}>{escape(c)}</td>" for c, f in zip(others, form[1:], strict=True))
        mark = ' class="wrong"' if number in marked else ""
        lines.append(f"<tr{mark}><th>{escape(first)}</th>{cells}</tr>")
    return Html(f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>")


def frame_table(texts: pd.DataFrame, *, words: Collection[str] = ()) -> Html:
    """A frame of texts as a table; its index names the rows."""
    return table(["", *map(str, texts.columns)], texts.itertuples(name=None), words=words)


def items(texts: Iterable[Any]) -> Html:
    """A list; nothing for no texts."""
    lines = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return Html(f"<ul>{lines}</ul>" if lines else "")


def picture(png: str, says: str) -> Html:
    """A picture, given as base64, with what it shows for those who can't see it."""
    return Html(f'<img alt="{escape(says)}" src="data:image/png;base64,{png}">')


def drawn(ax: Any, says: str = "") -> Html:
    """A figure as a picture; what it shows is its title if not said."""
    from matplotlib import pyplot  # a run draws nothing itself

    file = io.BytesIO()
    ax.figure.savefig(file, format="png", dpi=110)
    pyplot.close(ax.figure)
    title = next(filter(None, (ax.get_title(loc=place) for place in ("left", "center", "right"))), "")
    return picture(base64.b64encode(file.getvalue()).decode(), says or title)
