"""What in our style and scripts is newer than Chrome 90, the WebView of a five-year-old Android phone.

`python tools/old_browsers.py` says the file, the line and the version that a thing came with. The
versions are those of MDN's browser-compat-data (github.com/mdn/browser-compat-data, "chrome",
`version_added`), compared with its release 8.1.9 on 2026-11-23. What an older browser leaves out
without harm may be marked in the line before: `newer: <why it may be missing>`.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST = 90
ROOT = Path(__file__).parent.parent
MARK = "newer:"

CSS: dict[str, tuple[int, str]] = {
    "nesting": (120, r"(?m)^\s*&|[{;]\s*&"),
    ":has()": (105, r":has\("),
    ":modal": (105, r":modal\b"),
    ":popover-open": (114, r":popover-open\b"),
    ":user-valid, :user-invalid": (119, r":user-(in)?valid\b"),
    ":dir()": (120, r":dir\("),
    ":open": (133, r":open\b"),
    "::details-content": (131, r"::details-content\b"),
    ":nth-child(of)": (111, r":nth-(last-)?child\([^)]*\bof\b"),
    "@container": (105, r"@container\b|\bcontainer(-type|-name)?\s*:"),
    "@layer": (99, r"@layer\b"),
    "@scope": (118, r"@scope\b"),
    "@starting-style": (117, r"@starting-style\b"),
    "@position-try": (125, r"@position-try\b"),
    "@view-transition": (126, r"@view-transition\b|\bview-transition-"),
    "ranges in media queries": (104, r"@media[^{]*[<>]"),
    "prefers-contrast": (96, r"prefers-contrast"),
    "scripting in media queries": (120, r"\(scripting\b"),
    "light-dark()": (123, r"light-dark\("),
    "lab(), lch(), oklab(), oklch(), color()": (111, r"\b(ok)?(lab|lch)\(|[\s:,(]color\("),
    "color-mix()": (111, r"color-mix\("),
    "relative colours": (122, r"\b(rgba?|hsla?|hwb)\(\s*from\b"),
    "hwb()": (101, r"\bhwb\("),
    "sin(), cos(), tan()": (111, r"\b(a?sin|a?cos|a?tan2?)\("),
    "round(), mod(), rem()": (125, r"[\s:,(](round|mod|rem)\("),
    "abs(), sign()": (138, r"[\s:,(](abs|sign)\("),
    "if()": (137, r"[\s:,(]if\("),
    "linear()": (113, r"\blinear\("),
    "anchor positioning": (125, r"\banchor(-size)?\(|\banchor-name\s*:|\bposition-(area|anchor)\s*:"),
    "svh, lvh, dvh and their kin": (108, r"\d[sld]v(h|w|i|b|min|max)\b"),
    "cqw and its kin": (105, r"\dcq(w|h|i|b|min|max)\b"),
    "lh, rlh": (109, r"\dr?lh\b"),
    "cap": (118, r"\dcap\b"),
    "subgrid": (117, r"\bsubgrid\b"),
    "translate, rotate, scale as properties": (104, r"[{;\s](translate|rotate|scale)\s*:"),
    "accent-color": (93, r"\baccent-color\s*:"),
    "scrollbar-gutter": (94, r"\bscrollbar-gutter\s*:"),
    "scrollbar-color, scrollbar-width": (121, r"\bscrollbar-(color|width)\s*:"),
    "text-wrap": (114, r"\btext-wrap(-style|-mode)?\s*:"),
    "text-box": (133, r"\btext-box(-trim|-edge)?\s*:"),
    "text-emphasis without prefix": (99, r"[{;\s]text-emphasis"),
    "text-spacing-trim": (123, r"\btext-spacing-trim\s*:"),
    "text-autospace": (140, r"\btext-autospace\s*:"),
    "word-break: auto-phrase": (119, r"\bauto-phrase\b"),
    "white-space-collapse": (114, r"\bwhite-space-collapse\s*:"),
    "initial-letter": (110, r"\binitial-letter\s*:"),
    "hyphenate-character": (106, r"\bhyphenate-(character|limit-chars)\s*:"),
    "font-palette": (101, r"\bfont-palette\s*:"),
    "font-size-adjust": (127, r"\bfont-size-adjust\s*:"),
    "field-sizing": (123, r"\bfield-sizing\s*:"),
    "interpolate-size": (129, r"\binterpolate-size\s*:|\bcalc-size\("),
    "animation-timeline": (115, r"\b(animation|scroll|view)-timeline"),
    "offset-position": (116, r"\boffset-(position|anchor)\s*:"),
    "print-color-adjust without prefix": (136, r"[{;\s]print-color-adjust\s*:"),
    "mask without prefix": (120, r"[{;\s]mask(-image|-size|-position|-repeat)?\s*:"),
}
JS: dict[str, tuple[int, str]] = {
    "at()": (92, r"\.at\("),
    "Object.hasOwn": (93, r"\bObject\.hasOwn\b"),
    "Object.groupBy, Map.groupBy": (117, r"\.groupBy\("),
    "structuredClone": (98, r"\bstructuredClone\("),
    "findLast()": (97, r"\.findLast(Index)?\("),
    "toSorted(), toReversed(), toSpliced(), with()": (110, r"\.(toSorted|toReversed|toSpliced)\("),
    "Array.fromAsync": (121, r"\bArray\.fromAsync\b"),
    "Promise.withResolvers": (119, r"\bPromise\.withResolvers\b"),
    "Promise.try": (128, r"\bPromise\.try\b"),
    "AbortSignal.timeout, AbortSignal.any": (124, r"\bAbortSignal\.(timeout|any|abort)\b"),
    "crypto.randomUUID": (92, r"\brandomUUID\("),
    "Error with a cause": (93, r"\bcause\s*:"),
    "class static block": (94, r"\bstatic\s*\{"),
    "#private in": (91, r"#\w+\s+in\s"),
    "regular expressions with v": (112, r"/[dgimsuy]*v[dgimsuy]*[\s;,.)]"),
    "import attributes": (123, r"\bwith\s*\{\s*type\b"),
    "isWellFormed()": (111, r"\.(is|to)WellFormed\("),
    "operations on sets": (122, r"\.(union|intersection|difference|symmetricDifference|isSubsetOf)\("),
    "iterator helpers": (122, r"\bIterator\.|\.(values|keys|entries)\(\)\.(map|filter|take|drop|toArray)\("),
    "popovers": (114, r"\.(show|hide|toggle)Popover\(|\bpopover(target)?\b"),
    "inert": (102, r"\.inert\b"),
    "checkVisibility()": (105, r"\.checkVisibility\("),
    "the navigation interface": (102, r"\bnavigation\.(navigate|addEventListener|currentEntry)\b"),
    "view transitions": (111, r"\bstartViewTransition\b"),
    "the scheduler": (94, r"\bscheduler\.(postTask|yield)\b"),
    "setHTMLUnsafe()": (124, r"\bsetHTML(Unsafe)?\(|\bparseHTMLUnsafe\("),
    "moveBefore()": (133, r"\.moveBefore\("),
    "URL.canParse, URL.parse": (120, r"\bURL\.(canParse|parse)\b"),
    "Intl.DurationFormat": (129, r"\bIntl\.(DurationFormat|supportedValuesOf)\b"),
    "Temporal": (144, r"\bTemporal\."),
    "using": (134, r"(?m)^\s*(await\s+)?using\s+\w+\s*="),
}
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)


@dataclass(frozen=True)
class Finding:
    """Something that the oldest browser does not know."""

    line: int
    name: str
    version: int

    def __str__(self) -> str:
        return f"line {self.line}: {self.name} came with Chrome {self.version}"


def newer(text: str, features: dict[str, tuple[int, str]]) -> Iterator[Finding]:
    """What in the text is newer than the oldest browser, but for the lines marked as harmless."""
    lines = text.splitlines()
    bare = COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), text)
    for name, (version, pattern) in features.items():
        for hit in re.finditer(pattern, bare):
            number = bare.count("\n", 0, hit.start()) + 1 + hit[0].count("\n")
            if MARK not in lines[number - 1] + (lines[number - 2] if number > 1 else ""):
                yield Finding(number, name, version)


def in_file(file: Path) -> list[Finding]:
    """What is newer in a style sheet or a script."""
    return list(newer(file.read_text(encoding="utf-8"), CSS if file.suffix == ".css" else JS))


def sources(root: Path = ROOT) -> list[Path]:
    """Our own sheets and scripts."""
    return sorted(file for kind in ("*.css", "*.js") for file in (root / "static").rglob(kind))


def main() -> None:
    """Say what was found; the status is 1 when there is something."""
    found = [f"{file.relative_to(ROOT)}, {one}" for file in sources() for one in in_file(file)]
    print("\n".join(found) or f"Nothing in style and scripts is newer than Chrome {OLDEST}.")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
