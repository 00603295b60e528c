// Single keys for staff: to a page, to a part of a ticket. Nothing is done by a key, it only leads there.
"use strict";
(() => {
  const list = document.getElementById("keys");
  const FIELDS = "input, textarea, select";

  const isTyping = ({ target }) => target instanceof HTMLElement && (target.isContentEditable || target.matches(FIELDS));
  const isPartOfAWord = (event) => event.isComposing || event.keyCode === 229 || event.repeat; // 229: an input method's own key
  const isAnothers = (event) => event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key !== "?");

  const lead = (to) => {
    if (to.matches("a")) { to.click(); return; }
    if (to.matches("button")) { to.focus(); return; }
    const folded = to.querySelector("details");
    if (folded && folded.querySelector(FIELDS)) folded.open = true;
    const field = Array.from(to.querySelectorAll(FIELDS)).find((one) => one.type !== "hidden" && one.offsetParent !== null);
    if (field) field.focus({ preventScroll: true });
    to.scrollIntoView({ block: "start" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || isTyping(event) || isPartOfAWord(event) || isAnothers(event) || list.open) return;
    const to = event.key === "?" ? list : document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!to) return;
    event.preventDefault();
    if (to === list) list.showModal();
    else lead(to);
  });

  const close = list.querySelector("[data-close]");
  close.hidden = false;
  close.addEventListener("click", () => list.close());
})();
