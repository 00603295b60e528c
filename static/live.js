// Says so when a page is no longer what is there now. Everything works without this file, by looking again.
// The server tells a topic, never content; what is new is asked for at the page's own address.
"use strict";
(() => {
  const FIRST_WAIT = 1000; // milliseconds until a lost stream is opened again, each time about twice as long
  const LONGEST_WAIT = 60000;
  const APART = 5000; // milliseconds between two refreshes of a list
  const SPREAD = 400; // milliseconds over which the pages of many people spread theirs
  const ON_ITS_WAY = 3000; // milliseconds that a sent form may take to bring the next page
  const SAID = 8000; // milliseconds for which it stays in sight that a list was refreshed
  const BY_ITSELF = { "Hotline-By-Itself": "yes" }; // no use of the session

  const place = document.querySelector("[data-live]");
  if (!place || !window.EventSource) return;
  const { live, topic, part, address, news, done } = place.dataset;
  const status = place.querySelector("[role=status]");
  const isHidden = () => document.visibilityState === "hidden";

  const say = (words) => {
    if (status.textContent === words) return;
    const isNews = words === news;
    status.textContent = words;
    place.classList.toggle("live-new", isNews);
    document.documentElement.classList.toggle("has-news", isNews);
    if (isNews) uncover(document.activeElement);
  };
  const uncover = (held) => {
    const { top, bottom } = place.getBoundingClientRect();
    const at = held.getBoundingClientRect();
    if (!held.contains(place) && !place.contains(held) && at.bottom > top && at.bottom <= bottom) held.scrollIntoView({ block: "nearest" });
  };

  const list = () => document.getElementById(part);
  const bring = async (headers) => {
    const answer = await fetch(address, { headers, credentials: "same-origin", redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };
  const show = (page) => {
    list().replaceWith(page.getElementById(part));
    place.querySelector(".hint").replaceWith(page.querySelector("[data-live] .hint"));
  };

  // A list is replaced by itself, but only while nobody has a hand on it.
  const isInUse = () => list().contains(document.activeElement)
    || list().querySelector("a:hover, button:hover, select:hover, label:hover") !== null
    || Array.from(list().querySelectorAll("select")).some((select) => select.selectedIndex > 0);
  let due = 0;
  let last = 0;
  let isNews = false; // quiet when it is only asked whether something came while nobody listened
  const plan = (wait) => { if (!due) due = setTimeout(refresh, wait); };
  const refresh = async () => {
    clearTimeout(due);
    due = 0;
    if (isHidden()) return;
    try {
      if (!isInUse()) {
        if (isNews) last = Date.now();
        const page = await bring(BY_ITSELF);
        if (!isInUse() && !isHidden()) {
          show(page);
          if (isNews) sayDone();
          return;
        }
      }
      plan(APART);
    } catch { /* whoever looks again is told why */ }
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
  const lookAgain = async (event) => {
    if (!event.target.closest("a") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      show(await bring({}));
      isNews = false;
      say("");
    } catch {
      location.assign(address);
    }
  };
  if (part) place.addEventListener("click", lookAgain);

  let stream = null;
  let timer = 0;
  let wait = FIRST_WAIT;
  let isEnded = false;
  const close = () => {
    clearTimeout(timer);
    if (stream) stream.close();
    stream = null;
  };
  const end = () => {
    isEnded = true;
    close();
  };
  const open = () => {
    close();
    if (isEnded || isHidden()) return;
    stream = new EventSource(live);
    stream.addEventListener("open", () => {
      wait = FIRST_WAIT;
      if (part) refresh(); // something may have happened since the list was drawn
    });
    stream.addEventListener("message", (event) => { if (event.data === topic) tell(); });
    stream.addEventListener("ended", end);
    stream.addEventListener("error", () => {
      close();
      timer = setTimeout(open, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, LONGEST_WAIT);
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
