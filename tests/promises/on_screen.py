"""Scripts with which Chromium measures a page; each returns what is wrong, in words for the log."""

AXE = """rules => !showsAnotherLook() && rules.runOnly ? [] : axe.run(document, {
  ...rules, resultTypes: ["violations", "incomplete"], elementRef: true, preload: false,
}).then(({ violations, incomplete }) => {
  keepLooks(incomplete.flatMap(({ nodes }) => nodes.map(node => node.element)));
  return violations.flatMap(({ id, nodes }) => nodes.map(
    node => `${id}: ${node.target}: ${[...node.any, ...node.all, ...node.none].map(one => one.message)}`));
})"""
"""Needs `EACH_LOOK_ONCE`, and does not begin where colours alone are asked for and all of them are known."""

EVERY_RULE = {"rules": {"target-size": {"enabled": True}}}
COLOURS = {"runOnly": ["color-contrast"]}

NUMBERED = """const numbers = new Map(), numbered = (words) => {
    if (!numbers.has(words)) numbers.set(words, numbers.size);
    return numbers.get(words);
  };"""

ANOTHER_KIND = r"""(pages) => {
  const unread = /^(data-(?!label|copied)|hx-)/;
  const passing = new RegExp("^(action|alt|content|datetime|download|for|form|formaction|href|hreflang|id|"
    + "max|maxlength|min|name|placeholder|rows|src|title|value|d|points|transform|viewBox|width|height|"
    + "[cdr]?[xy][12]?|r|aria-(label|keyshortcuts))$");
  const reference = /^aria-(labelledby|describedby|controls|owns|details|errormessage|activedescendant)$/;
  const landmark = "main, nav, header, footer, aside, section, form, [role]";
  NUMBERED
  const says = (one) => one ? one.textContent.trim() !== "" : "nowhere";
  const lead = (one, value) => value.split(/\s+/).map((id) => says(one.ownerDocument.getElementById(id)));
  const attribute = (one) => ({ name, value }) =>
    unread.test(name) ? ""
    : passing.test(name) ? `[${name}${value.trim() ? "" : "="}]`
    : reference.test(name) ? `[${name}=${lead(one, value)}]`
    : `[${name}=${value}]`;
  const itself = (one) => one.localName === "html" ? "html" // whose language is another page's as well
    : one.localName + Array.from(one.attributes, attribute(one)).join("") + says(one)
      + Array.from(one.labels ?? [], says);
  const known = new Set(), isFirst = (kind) => known.size < known.add(kind).size;
  return pages.map((html) => {
    const kinds = new Map(), before = new Set();
    let heading = "", news = 0;
    for (const one of new DOMParser().parseFromString(html, "text/html").getElementsByTagName("*")) {
      const name = numbered(itself(one));
      let kind = numbered(`${kinds.get(one.parentElement)}>${name}`);
      kinds.set(one, kind);
      if (/^h[1-6]$/.test(one.localName)) [kind, heading] = [`${kind} after ${heading}`, one.localName];
      for (const once of [one.id && `#${one.id}`, one.matches(landmark) && `${name} ${one.ariaLabel}`]) {
        if (once && before.has(once)) kind += " again";
        before.add(once);
      }
      news += isFirst(kind);
    }
    return news > 0;
  });
}""".replace("NUMBERED", NUMBERED)
"""Of each page whether there is anything on it of which there was nothing on the pages before it.

An element is of another's kind where it is the same, with words or without, its references and labels lead
somewhere or nowhere, and so is all that it stands in. A heading is also of the one before it, and an id or a
landmark of whether it was there before. Rules ask for no more, except about sizes, of which the fullest
screens show most, and about colours: the same elements have the same ones.
"""

EACH_LOOK_ONCE = """() => {
  NUMBERED
  let grounds, fresh, asked;
  const judged = new Set(), tried = new Set();
  const isClear = (colour) => colour === "rgba(0, 0, 0, 0)", isOpaque = (colour) => colour.startsWith("rgb(");
  const ground = (one) => {
    if (!one) return "";
    if (!grounds.has(one)) {
      const style = getComputedStyle(one), colour = style.backgroundColor;
      const rest = [style.backgroundImage, style.opacity, style.filter, style.mixBlendMode,
        ["absolute", "fixed"].includes(style.position)].join();
      const isPlain = rest === "none,1,none,normal,false";
      grounds.set(one, isPlain && isOpaque(colour) ? colour
        : isPlain && isClear(colour) ? ground(one.parentElement)
        : numbered(`${ground(one.parentElement)}<${colour},${rest}`));
    }
    return grounds.get(one);
  };
  const look = (one) => {
    const style = getComputedStyle(one), before = one.previousElementSibling;
    const isOver = before && getComputedStyle(before).position === "absolute";
    return [style.color, style.fill, style.fontSize, style.fontWeight, style.textShadow,
      style.webkitTextStrokeWidth, ground(one), isOver ? ground(before) : ""].join();
  };
  const isRead = (one) => one.getClientRects().length && (one.matches("input, select, textarea")
    || Array.from(one.childNodes).some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()));
  window.showsAnotherLook = () => {
    grounds = new Map(), fresh = new Map(), asked = new Set();
    const before = tried.size, kind = (one) => `${one.localName}.${one.className.baseVal ?? one.className}`;
    for (const one of Array.from(document.body.getElementsByTagName("*")).filter(isRead)) {
      const how = look(one);
      if (judged.has(how)) continue;
      fresh.set(one, how);
      tried.add(`${how}${kind(one)}${one.disabled}${kind(one.parentElement)}`);
    }
    return tried.size > before;
  };
  window.keepLooks = (unsure) => {
    for (const one of unsure) asked.delete(one);
    for (const one of asked) judged.add(fresh.get(one));
  };
  const rule = axe._audit.rules.find(({ id }) => id === "color-contrast"), fits = rule.matches;
  rule.matches = (one, ...rest) => fresh.has(one) && fits(one, ...rest) && Boolean(asked.add(one));
}""".replace("NUMBERED", NUMBERED)
"""Judging colours takes axe longest. Words in the same colours and letters on the same ground are passed over
once axe was sure of them; what only stands beside them does not matter."""

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
