// Says so when a page is no longer what is there now. Everything works without this file, by looking again.
// The server tells a topic, never content; htmx brings a list that is new from the page's own address.
"use strict";
(() => {
  const FIRST_WAIT = 1000; // milliseconds until a lost stream is opened again, each time about twice as long
  const LONGEST_WAIT = 60000;
  const APART = 5000; // milliseconds between two refreshes of a list
  const SPREAD = 400; // milliseconds over which the pages of many people spread theirs
  const ON_ITS_WAY = 3000; // milliseconds that a sent form may take to bring the next page
  const SAID = 8000; // milliseconds for which it stays in sight that a list was refreshed
  const FRESH = 60000; // milliseconds for which the times in a list are true enough
  const TRIES = 5; // how often a stream that is refused is asked for again

  const place = document.querySelector("[data-live]");
  if (!place || !window.EventSource) return;
  const { live, topic, news, done, over } = place.dataset;
  const { part, htmx } = place.dataset;
  const status = place.querySelector("[role=status]");
  const isHidden = () => document.visibilityState === "hidden";

  const say = (words) => {
    if (status.textContent === words) return;
    const isCall = words === news || words === over;
    status.textContent = words;
    place.classList.toggle("live-new", isCall);
    document.documentElement.classList.toggle("has-news", isCall);
    if (isCall) uncover(document.activeElement);
  };
  const uncover = (held) => {
    const { top, bottom } = place.getBoundingClientRect();
    const at = held.getBoundingClientRect();
    if (!held.contains(place) && !place.contains(held) && at.bottom > top && at.bottom <= bottom) held.scrollIntoView({ block: "nearest" });
  };

  // A list is replaced by itself, but only while nobody has a hand on it.
  const list = () => document.getElementById(part);
  const isInUse = () => list().contains(document.activeElement)
    || list().querySelector("a:hover, button:hover, select:hover, label:hover") !== null
    || Array.from(list().querySelectorAll("select")).some((select) => select.selectedIndex > 0);
  let due = 0;
  let last = 0;
  let drawn = Date.now();
  let isEnded = false;
  let isNews = false; // quiet when it is only asked whether something came while nobody listened
  const plan = (wait) => { if (!due) due = setTimeout(refresh, wait); };
  const refresh = () => {
    clearTimeout(due);
    due = 0;
    if (isEnded || isHidden()) return;
    if (isInUse()) {
      later();
      return;
    }
    if (isNews) last = Date.now();
    withHtmx(() => list().dispatchEvent(new Event("look-again")), () => { if (isNews) say(news); });
  };
  const later = () => {
    plan(APART);
    if (isNews) say(news);
  };
  const sayDone = () => {
    isNews = false;
    say(done);
    setTimeout(() => { if (status.textContent === done) say(""); }, SAID);
  };
  const tell = () => {
    if (!part) { say(news); return; }
    isNews = true;
    const wait = Math.max(0, last + APART - Date.now());
    if (wait || isInUse()) say(news);
    plan(wait + Math.random() * SPREAD);
  };

  // htmx comes when it is first needed: it weighs more than all else that the page fetches.
  let coming = null;
  const withHtmx = (then, otherwise) => {
    coming = coming || new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.onload = resolve;
      script.onerror = reject;
      script.src = htmx;
      const come = () => document.head.append(script);
      if (document.readyState === "complete") come();
      else addEventListener("load", come, { once: true }); // in between it would wait for what has been
    });
    coming.then(then, otherwise);
  };
  const lookAgain = (event) => { // htmx takes the link over once it is there
    if (window.htmx || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.currentTarget;
    event.preventDefault();
    withHtmx(() => link.click(), () => location.assign(link.href));
  };

  // What htmx asked for: by itself, or (boosted) by the link that somebody pressed.
  const configRequest = ({ detail }) => {
    if (!detail.boosted) detail.headers["Hotline-By-Itself"] = "yes"; // no use of the session
  };
  const beforeSwap = ({ detail }) => {
    if (!detail.shouldSwap) return;
    if (detail.xhr.responseURL !== new URL(detail.pathInfo.finalRequestPath, location.href).href) {
      detail.shouldSwap = false; // led elsewhere, where there is no such list
      fail({ detail });
    } else if (!detail.boosted && (isInUse() || isHidden())) {
      detail.shouldSwap = false;
      later();
    } else if (!list().contains(document.activeElement)) { // htmx brings the focus back to where it was
      list().replaceChildren(); // htmx would take leave of each element in it, which takes longer than drawing
    }
  };
  const afterSwap = ({ detail }) => {
    drawn = Date.now();
    if (detail.boosted) {
      isNews = false;
      say("");
    } else if (isNews) sayDone();
  };
  const fail = ({ detail }) => { // whoever presses the link is told why, by the whole page
    if (detail.boosted) location.assign(place.querySelector("a").href);
    else if (isNews) say(news);
  };
  if (part) {
    const link = place.querySelector("a");
    link.addEventListener("click", lookAgain);
    const soon = () => withHtmx(() => {}, () => {}); // whoever comes near the link is about to press it
    ["pointerover", "focus"].forEach((name) => link.addEventListener(name, soon, { once: true }));
    document.addEventListener("htmx:configRequest", configRequest);
    document.addEventListener("htmx:beforeSwap", beforeSwap);
    document.addEventListener("htmx:afterSwap", afterSwap);
    ["htmx:responseError", "htmx:sendError"].forEach((name) => document.addEventListener(name, fail));
  }

  let stream = null;
  let timer = 0;
  let wait = FIRST_WAIT;
  let refusals = 0;
  const close = () => {
    clearTimeout(timer);
    if (stream) stream.close();
    stream = null;
  };
  const end = () => {
    isEnded = true;
    close();
  };
  const sessionIsOver = () => {
    end();
    document.documentElement.classList.add("is-over"); // out of sight for whoever comes by; Look again brings it back
    say(over);
  };
  const again = () => {
    timer = setTimeout(open, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  };
  const askWhy = async () => { // an EventSource does not tell with what it was refused
    const asking = new AbortController();
    const answer = await fetch(live, { signal: asking.signal, credentials: "same-origin", redirect: "error" }).catch(() => ({}));
    asking.abort();
    if (isEnded || stream) return;
    refusals += 1;
    if (answer.status === 401 || answer.status === 403) sessionIsOver();
    else if (refusals < TRIES) again();
    else end(); // the page works by looking again
  };
  const open = () => {
    close();
    if (isEnded || isHidden()) return;
    stream = new EventSource(live);
    stream.addEventListener("open", () => {
      wait = FIRST_WAIT;
      refusals = 0;
    });
    stream.addEventListener("moment", ({ data }) => { // something may have happened since the list was drawn
      if (part && (data !== list().dataset.moment || Date.now() - drawn > FRESH)) refresh();
    });
    stream.addEventListener("message", ({ data }) => { if (data === topic) tell(); });
    stream.addEventListener("ended", sessionIsOver);
    stream.addEventListener("error", () => {
      const isRefused = stream.readyState === EventSource.CLOSED;
      close();
      if (isRefused) askWhy();
      else again();
    });
  };

  document.addEventListener("visibilitychange", open);
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  addEventListener("pagehide", close);
  document.addEventListener("submit", () => {
    close(); // what a person changes here is no news to them
    timer = setTimeout(open, ON_ITS_WAY);
  });
  document.querySelectorAll("[data-leave]").forEach((link) => link.addEventListener("click", end)); // does not wait for the next page
  open();
})();
