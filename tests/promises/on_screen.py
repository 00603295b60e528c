"""Scripts with which Chromium measures a page; each returns what is wrong, in words for the log."""

AXE = """rules => axe.run(document, {
  ...rules, resultTypes: ["violations"], preload: false,
}).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(
  node => `${id}: ${node.target}: ${[...node.any, ...node.all, ...node.none].map(one => one.message)}`
)))"""
EVERY_RULE = {"rules": {"target-size": {"enabled": True}}}
COLOURS = {"runOnly": ["color-contrast"]}

EACH_KIND_ONCE = """() => {
  const passing = /^(action|aria-label|datetime|for|formaction|href|id|name|title|value)$/;
  const itself = (one) => one.localName + Array.from(one.attributes, ({ name, value }) =>
    passing.test(name) ? "" : `[${name}=${value}]`).join("");
  const kinds = new WeakMap(), known = new Set(), judged = new Set();
  const kind = (one) => {
    if (!one) return "";
    const before = one.previousElementSibling, around = kind(one.parentElement);
    if (!kinds.has(one)) kinds.set(one, `${around}>${before ? itself(before) : ""}+${itself(one)}`);
    return kinds.get(one);
  };
  const isFirst = (seen, one) => seen.size < seen.add(kind(one)).size;
  const rule = axe._audit.rules.find(({ id }) => id === "color-contrast"), fits = rule.matches;
  rule.matches = (one, ...rest) => !judged.has(kind(one)) && fits(one, ...rest) && isFirst(judged, one);
  window.showsAnotherKind = () =>
    Array.from(document.querySelectorAll("*")).filter((one) => isFirst(known, one)).length > 0;
}"""
"""Judging colours takes axe longest, and most of a screen stands on others too. An element looks like another
where it is the same, and so is what stands before and around it: the stylesheet asks for no more."""

ANOTHER_KIND = "() => showsAnotherKind()"
"""Whether there is anything on the screen that looks like nothing before it."""

SEEN = """const seen = (selector) => Array.from(document.querySelectorAll(selector)).filter(
    one => one.getClientRects().length && !one.closest(".vh, .skip, [hidden], [aria-hidden=true]"));
  const name = (one) => `${one.localName}.${one.className} ${one.textContent.trim().slice(0, 30)}`;"""

TOO_WIDE = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth
  ? [`${document.documentElement.scrollWidth} px wide`] : []"""

CUT_OFF = f"""() => {{ {SEEN}
  return seen("body *").filter(one => {{
    if (one.matches("input, textarea, select")) return false; // these scroll
    const style = getComputedStyle(one);
    const cuts = ["hidden", "clip"].includes(style.overflowX) && style.position !== "absolute";
    return cuts && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
  }}).map(name);
}}"""

SPACED = """() => { const sheet = new CSSStyleSheet(); sheet.replaceSync(`* {
    line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important;
  } p { margin-bottom: 2em !important }`); document.adoptedStyleSheets = [sheet]; }"""
"""The text spacing of WCAG 1.4.12."""

UNSPACED = "() => { document.adoptedStyleSheets = []; }"
TWICE_AS_LARGE = """() => { const html = document.documentElement;
  html.style.fontSize = `${2 * parseFloat(getComputedStyle(html).fontSize)}px`; }"""
AS_LARGE_AS_BEFORE = "() => { document.documentElement.style.fontSize = ''; }"

SMALL_BUTTONS = f"""() => {{ {SEEN}
  return seen(".btn").filter(one => one.getBoundingClientRect().height < 44).map(name);
}}"""

LONG_LINES = f"""() => {{ {SEEN}
  const ownText = (one) => Array.from(one.childNodes).some(
    node => node.nodeType === Node.TEXT_NODE && node.textContent.trim().length > 40);
  return seen("p, li, dd, .message-text").filter(ownText).filter(one => {{
    const style = getComputedStyle(one), size = parseFloat(style.fontSize);
    const inside = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return inside > 40.5 * size || parseFloat(style.lineHeight) < 1.49 * size;
  }}).map(name);
}}"""

COVERED = f"""() => {{ {SEEN}
  const bars = Array.from(document.querySelectorAll("body *")).filter(
    one => ["sticky", "fixed"].includes(getComputedStyle(one).position));
  if (!bars.length) return [];
  const found = seen("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")
    .filter(one => !one.disabled && !bars.some(bar => bar.contains(one)))
    .filter(one => {{
      one.focus();
      const at = one.getBoundingClientRect();
      return bars.some(bar => at.top < bar.getBoundingClientRect().bottom - 1 && at.height < innerHeight / 2);
    }}).map(name);
  document.activeElement.blur();
  scrollTo(0, 0);
  return found;
}}"""

MOVING = f"""() => {{ {SEEN}
  return seen("body *").filter(one => {{
    const style = getComputedStyle(one);
    return style.animationName !== "none" || /[1-9]/.test(style.transitionDuration);
  }}).map(name);
}}"""
"""Asked where a person wants reduced motion."""
