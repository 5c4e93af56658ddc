"""What a file can say to do harm, and a look at pages for anything that could run, load or lead away."""

import json
import zlib
from html.parser import HTMLParser
from pathlib import Path

import mistune
import pandas as pd

from workbook.tables import schema
from workbook.tables.dataset import Dataset

TRIPWIRE = "window.__hit=1"
ATTACKS = [
    f"<script>{TRIPWIRE}</script>",
    f'<img src=x onerror="{TRIPWIRE}">',
    f"<svg/onload={TRIPWIRE}>",
    "<img src=/evil onerror=\"fetch('/api/contents/hit.txt',{method:'PUT',body:'{}'})\">",
    f'"><details open ontoggle={TRIPWIRE}>',
    f"' onmouseover='{TRIPWIRE}",
    '<iframe srcdoc="<script>parent.__hit=1</script>"></iframe>',
    "</td></tr></table><style>*{display:none}</style><base href=//evil.test/><meta http-equiv=refresh content=0;//evil.test>",
    "![i](http://evil.test/i.png)",
    f"[x](javascript:{TRIPWIRE})",
    f"[x]: javascript:{TRIPWIRE}\n[x]",
    f"<javascript:{TRIPWIRE}>",
    "<http://evil.test/a>",
    "http://evil.test/b www.evil.test/c mail@evil.test",
    f"`` `<img src=x onerror={TRIPWIRE}>",
    f"```\n<img src=x onerror={TRIPWIRE}>\n```mermaid",
    f"\\<img src=x onerror={TRIPWIRE}> \\\\[x](javascript:{TRIPWIRE})",
    f"&lt;img src=x onerror={TRIPWIRE}&gt; &#91;x&#93;(javascript:{TRIPWIRE})",
    "$10_$20",
    r"$\frac{ tops",
    rf"$\href{{javascript:{TRIPWIRE}}}{{x}}$ \(\require{{html}}\) \begin{{align}}x\end{{align}}",
    "# head\n\n- [ ] list\n\n| a | b |\n|---|---|\n| c | d |",
    "1. one\n    <b>code</b>\n***\n> quote ~~no~~ **bold** _em_ [^1]\n\n[^1]: note",
    "{0.__class__} {name} %s %(x)s {{7*7}} ${7*7}",
    "=cmd|'/c calc'!A0",
    "＝cmd|'/c calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\x1b[2J\x1b[31mred\x1b]0;title\x07\x1b]8;;http://evil.test\x07link\x9b31m",
    "nul\x00in\x08it\r\nand a second line\tand a tab\x0b\x85",
    "\u202egnp.exe\u202c \u2066isolate\u2069 \u200bnothing\ufeff\u2028\U000e0041",
    "שלום עולם مرحبا",
    "👩\u200d👩\u200d👧 🏴\U000e0067\U000e007f 岚屿",
    "x" * 300,
    "--out=/etc/passwd; rm -rf $(HOME) `id` '../../..'",
    "None nan NaT <NA> inf",
]
HARMLESS = {"text/plain", "text/html", "text/markdown", "image/png", "application/vnd.workbook+json"}
WORDS = [
    "action",
    "basis",
    "experiment",
    "fields",
    "first_contact",
    "first_response_by",
    "how",
    "kind",
    "language",
    "law",
    "outcome",
    "process",
    "purpose",
    "role",
    "roles",
    "service_channel",
    "source",
    "topic",
]  # columns of which the notebooks ask for certain words
LOADING = {
    "src",
    "srcset",
    "poster",
    "data",
    "background",
    "action",
    "formaction",
    "xlink:href",
    "srcdoc",
    "ping",
}
FORBIDDEN = {"script", "iframe", "object", "embed", "svg", "math", "form", "base", "link", "video", "audio"}


class Elements(HTMLParser):
    """Every element of a page, with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def tags(page: str) -> set[str]:
    """Names of the elements of a page."""
    return {tag for tag, _ in elements(page)}


def elements(page: str) -> list[tuple[str, dict[str, str]]]:
    """Names and attributes of the elements of a page."""
    parser = Elements()
    parser.feed(page)
    parser.close()
    return parser.found


def active(page: str) -> list[str]:
    """What on a page could run, load or lead to a place that the data names."""
    return [f"<{tag} {attributes}>" for tag, attributes in elements(page) if dangerous(tag, attributes)]


def dangerous(tag: str, attributes: dict[str, str]) -> bool:
    """Whether an element could do anything but be read."""
    if tag in FORBIDDEN or (tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh"):
        return True
    href = "".join(attributes.get("href", "").split()).lower()
    if href.startswith(("javascript:", "data:", "vbscript:")) or "evil.test" in href:
        return True
    loads = [v for name, v in attributes.items() if name in LOADING and not v.startswith("data:image/")]
    return bool(loads) or any(name.startswith("on") for name in attributes)


def poisoned(data: Dataset) -> Dataset:
    """The same data with an attack before every text and id, which still name what they named; its truth isn't known."""
    tables = {name: poisoned_table(name, frame) for name, frame in data.tables.items()}
    return Dataset(" ".join(ATTACKS[:6]), tables, data.start, data.end, f"<img src=x onerror={TRIPWIRE}>$x$")


def poisoned_table(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A table with an attack before each text; of words that the notebooks ask for two thirds stay."""
    rules = schema.CONTRACTS[name].to_schema().columns
    texts = frame.select_dtypes(["object", "str"])
    free = [c for c in texts if not any(rule.name == "isin" for rule in rules[c].checks)]
    mapped = {c: frame[c].map(third if c in WORDS else attacked, na_action="ignore") for c in free}
    return frame.assign(**mapped)


def attacked(value: str) -> str:
    """A text with the attack that its content chooses, the same wherever it stands."""
    return f"{ATTACKS[zlib.crc32(value.encode()) % len(ATTACKS)]} {value}"


def third(value: str) -> str:
    """One of three texts with its attack, the others as they are."""
    return value if zlib.crc32(value.encode()) % 3 else attacked(value)


def pages_below(folder: Path) -> dict[str, str]:
    """All pages in a folder, by name."""
    return {str(p.relative_to(folder)): p.read_text(encoding="utf-8") for p in folder.rglob("*.html")}


def shown_by(notebook: Path) -> list[str]:
    """Everything that an executed notebook shows as HTML, Markdown rendered with raw HTML let through as JupyterLab does."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    cells = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    forms = [output.get("data", {}) for cell in cells for output in cell["outputs"]]
    pages = ["".join(form["text/html"]) for form in forms if "text/html" in form]
    said = [rendered("".join(form["text/markdown"])) for form in forms if "text/markdown" in form]
    other = {kind for form in forms for kind in form} - HARMLESS
    assert not other, other
    return pages + said


def rendered(text: str) -> str:
    """Markdown as HTML with raw HTML let through, as JupyterLab and nbconvert do with what they trust."""
    plugins = ["strikethrough", "table", "url", "task_lists", "def_list", "footnotes"]
    return str(mistune.create_markdown(escape=False, plugins=plugins)(text))
