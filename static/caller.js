// Small comforts for the caller's pages. Everything works without this file.
"use strict";
(() => {
  const all = (selector) => Array.from(document.querySelectorAll(selector));

  // Which stay of a person this page belongs to, in this tab only. Leaving ends it, here and by a header; a page
  // that is opened afterwards begins another.
  const stay = () => { try { return sessionStorage.getItem("stay"); } catch { return null; } };
  const begin = () => { try { sessionStorage.setItem("stay", Math.random()); } catch { /* ask the server */ } };
  const end = () => { try { sessionStorage.clear(); } catch { /* the same */ } };
  if (document.querySelector("[data-finished]")) end(); else if (stay() === null) begin();
  const ours = stay();

  const empty = () => {
    document.title = "\u200b";
    document.body.replaceChildren();
  };

  // Leave quickly: empty the page first, do not wait for the server, leave no entry to come back to.
  const leave = (event) => {
    event.preventDefault();
    end();
    empty();
    location.replace("/exit");
  };
  all("[data-leave]").forEach((link) => link.addEventListener("click", leave));

  // Back shows a page as it was typed; after leaving, the server is asked again and shows nothing of it.
  // Safari keeps the old page in sight while it asks whether a form may be sent again: so it is emptied first.
  addEventListener("pageshow", (event) => {
    if (!event.persisted || (ours !== null && stay() === ours)) return;
    empty();
    location.reload();
  });

  // What was pressed stays marked until the next page is there. Back shows it as it was.
  document.addEventListener("submit", ({ submitter }) => { if (submitter) submitter.classList.add("is-sent"); });
  addEventListener("pageshow", ({ persisted }) => { if (persisted) all(".is-sent").forEach((one) => one.classList.remove("is-sent")); });

  all("[data-focus]").forEach((summary) => summary.focus());

  // Characters left, counted as the server counts: code points, a line break is one.
  const count = (line) => {
    const area = document.getElementById(line.dataset.count);
    const spoken = line.nextElementSibling;
    const limit = Number(area.dataset.limit);
    let timer = 0;
    const show = () => {
      const left = limit - Array.from(area.value).length;
      const words = left < 0 ? line.dataset.over : line.dataset.left;
      line.hidden = left > limit / 4;
      line.classList.toggle("count-over", left < 0);
      line.textContent = words.replace("{n}", Math.abs(left));
      clearTimeout(timer);
      timer = setTimeout(() => { spoken.textContent = line.hidden ? "" : line.textContent; }, 1000);
    };
    area.addEventListener("input", show);
    show();
  };
  all("[data-count]").forEach(count);

  const copied = document.querySelector("[data-copied]");
  all("[data-copy]").forEach((button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
      copied.textContent = copied.dataset.copied;
      setTimeout(() => { copied.textContent = ""; }, 4000);
    });
  });
  all("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
})();
