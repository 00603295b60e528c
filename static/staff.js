// Keeps half-written texts: a form with data-draft is posted there while someone types.
"use strict";
(() => {
  const PAUSE = 20000; // milliseconds between two saves
  const LONGEST_WAIT = 5000; // milliseconds that a form waits for what is half-written beside it
  const SAVED_BY_THEN = 1000; // milliseconds after which a text that was saved on leaving is on the page

  const keep = (form) => {
    let status = form.querySelector("[data-draft-status]");
    let changed = false;
    let sending = Promise.resolve();
    let underway = false;
    let isAside = false; // another window's words had to make room: said until the page is left
    let timer = 0;
    const say = (what) => {
      const word = isAside && what !== "failed" ? "aside" : what;
      if (status) status.textContent = status.dataset[word] || "";
    };
    const send = async (closing) => {
      underway = true;
      let kept = false;
      try {
        const body = new URLSearchParams(new FormData(form));
        const answer = await fetch(form.dataset.draft, { method: "POST", body, credentials: "same-origin", redirect: "error", keepalive: closing && body.toString().length < 60000 });
        kept = answer.ok;
        isAside = isAside || answer.headers.has("hotline-set-aside");
      } catch {
        kept = false;
      }
      underway = false;
      if (!kept) changed = true;
      say(kept ? "saved" : "failed");
    };
    const save = (closing) => {
      clearTimeout(timer);
      timer = 0;
      if (changed) {
        changed = false;
        sending = send(closing);
      }
      return sending;
    };
    form.addEventListener("input", (event) => {
      changed = true;
      say("");
      status = event.target.closest("section, form").querySelector("[data-draft-status]") || status; // beside what is typed
      if (!timer) timer = setTimeout(() => save(false), PAUSE);
    });
    form.addEventListener("submit", () => { changed = false; });
    return { form, save, isUnsaved: () => changed || underway };
  };

  const kept = Array.from(document.querySelectorAll("form[data-draft]"), keep);
  const isUnsaved = (one) => one.isUnsaved();

  // A page that is left saves what is half-written. Whoever loaded it again at that moment sees it without.
  const left = {
    note: () => { try { sessionStorage.setItem("left", location.pathname); } catch { /* it is saved all the same */ } },
    forget: () => { try { sessionStorage.removeItem("left"); } catch { /* the same */ } },
    isHere: () => { try { return sessionStorage.getItem("left") === location.pathname; } catch { return false; } },
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || !kept.some(isUnsaved)) {
      left.forget();
      return;
    }
    left.note();
    kept.forEach((one) => one.save(true));
  });
  const wasHere = left.isHere();
  left.forget();
  if (wasHere) setTimeout(() => { if (!kept.some(isUnsaved)) location.reload(); }, SAVED_BY_THEN);

  // The next page shows a form as its draft has it: another form is sent after what is half-written.
  let isWaiting = false;
  let isReady = false;
  document.addEventListener("submit", async (event) => {
    const { target, submitter } = event;
    if (submitter && !isWaiting) submitter.classList.add("is-sent"); // until the next page is there
    const others = kept.filter((one) => one.form !== target && one.isUnsaved());
    if (isReady || (others.length === 0 && !isWaiting)) return;
    event.preventDefault();
    if (isWaiting) return;
    isWaiting = true;
    const wait = new Promise((done) => { setTimeout(done, LONGEST_WAIT); });
    await Promise.race([wait, Promise.all(others.map((one) => one.save(true)))]);
    isWaiting = false;
    isReady = true; // what could not be saved holds nobody back: leaving the page tries again
    target.requestSubmit(submitter);
    isReady = false;
  });

  const all = (selector) => document.querySelectorAll(selector);
  const whenBroughtBack = (then) => addEventListener("pageshow", ({ persisted }) => { if (persisted) then(); });
  whenBroughtBack(() => all(".is-sent").forEach((one) => one.classList.remove("is-sent")));

  // What a change says is said once: the address forgets it, so that neither loading again, nor Back, nor the
  // other language repeats it.
  const address = new URL(location.href);
  const said = ["done", "said"].filter((name) => address.searchParams.has(name));
  if (said.length) {
    said.forEach((name) => address.searchParams.delete(name));
    history.replaceState(history.state, "", address);
    all("form[action='/language'] [name=step]").forEach((step) => { step.value = address.pathname + address.search; });
    whenBroughtBack(() => all("main > .notice:first-child").forEach((one) => one.remove()));
  }

  all("[data-focus]").forEach((summary) => summary.focus());
})();
