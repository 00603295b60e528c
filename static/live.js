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

  const place = document.querySelector("[data-live]");
  if (!place || !window.EventSource) return;
  const { live, topic, part, address, done } = place.dataset;
  const offered = place.querySelector("template");
  const isHtmxThere = () => Boolean(window.htmx);

  const clear = () => place.replaceChildren();
  const offer = () => {
    if (place.querySelector("[data-offer]")) return;
    place.replaceChildren(offered.content.cloneNode(true));
    if (isHtmxThere()) window.htmx.process(place);
  };
  const say = () => {
    const line = document.createElement("p");
    line.textContent = done;
    place.replaceChildren(line);
    setTimeout(() => { if (line.isConnected) clear(); }, SAID);
  };

  // A list is replaced by itself only while nobody has a hand on it.
  const isInUse = (list) => list.contains(document.activeElement)
    || list.querySelector("a:hover, button:hover, select:hover, label:hover") !== null
    || Array.from(list.querySelectorAll("select")).some((select) => select.selectedIndex > 0);

  const fetchList = async () => {
    const headers = { "Hotline-By-Itself": "yes" };
    const answer = await fetch(address, { headers, credentials: "same-origin", redirect: "error" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return answer.ok ? page.getElementById(part) : null;
  };
  const refresh = async (isNews) => {
    let fresh = null;
    try {
      if (!isInUse(document.getElementById(part))) fresh = await fetchList();
    } catch {
      fresh = null;
    }
    const list = document.getElementById(part);
    if (!fresh || isInUse(list)) {
      if (isNews) offer();
      return;
    }
    list.replaceWith(fresh);
    if (isHtmxThere()) window.htmx.process(fresh);
    if (isNews) say();
  };

  let due = 0;
  let last = 0;
  const tell = () => {
    if (!part) offer();
    if (!part || due) return;
    const wait = Math.max(0, last + APART - Date.now());
    if (wait) offer();
    due = setTimeout(() => {
      due = 0;
      last = Date.now();
      refresh(true);
    }, wait + Math.random() * SPREAD);
  };

  let stream = null;
  let timer = 0;
  let wait = FIRST_WAIT;
  let isEnded = false;
  const close = () => {
    clearTimeout(timer);
    if (stream) stream.close();
    stream = null;
  };
  const open = () => {
    close();
    if (isEnded || document.visibilityState === "hidden") return;
    const url = new URL(live, location.href);
    const seen = document.querySelector("[name=seen]");
    if (seen) url.searchParams.set("seen", seen.value);
    stream = new EventSource(url);
    stream.addEventListener("open", () => {
      wait = FIRST_WAIT;
      if (part) refresh(false); // something may have happened since the list was drawn
    });
    stream.addEventListener("message", (event) => { if (event.data === topic) tell(); });
    stream.addEventListener("ended", () => { isEnded = true; });
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
  document.addEventListener("htmx:afterSwap", clear);
  open();
})();
