// Keeps half-written texts: a form with data-draft is posted there while someone types.
"use strict";
(() => {
  const PAUSE = 20000; // milliseconds between two saves

  const keep = (form) => {
    const status = form.querySelector("[data-draft-status]");
    let changed = false;
    let timer = 0;
    const save = async (closing) => {
      clearTimeout(timer);
      timer = 0;
      if (!changed) return;
      changed = false;
      let kept = false;
      try {
        const body = new URLSearchParams(new FormData(form));
        const answer = await fetch(form.dataset.draft, { method: "POST", body, credentials: "same-origin", redirect: "error", keepalive: closing && body.toString().length < 60000 });
        kept = answer.ok;
      } catch {
        kept = false;
      }
      if (!kept) changed = true;
      if (status) status.textContent = kept ? status.dataset.saved : status.dataset.failed;
    };
    form.addEventListener("input", () => {
      changed = true;
      if (status) status.textContent = "";
      if (!timer) timer = setTimeout(() => save(false), PAUSE);
    });
    form.addEventListener("submit", () => { changed = false; });
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
  };

  document.querySelectorAll("form[data-draft]").forEach(keep);
  document.querySelectorAll("[data-focus]").forEach((summary) => summary.focus());
})();
