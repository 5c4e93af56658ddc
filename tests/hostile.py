"""What a file can say to do harm, and a look at pages for anything that could run, load or lead away."""

from html.parser import HTMLParser

TRIPWIRE = "window.__hit=1"
ATTACKS = [
    f"<script>{TRIPWIRE}</script>",
    f'<img src=x onerror="{TRIPWIRE}">',
    f"<svg/onload={TRIPWIRE}>",
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
