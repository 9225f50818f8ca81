// The chat with a script: own words at once, sent again until they are in, answers as they come.
"use strict";
(() => {
  const find = (id) => document.getElementById(id);
  const lines = find("lines");
  const input = find("text");
  const ask = find("ask");
  if (!input || !window.htmx) return;
  const { typing: TYPING, offline: OFFLINE, notSent: NOT_SENT } = find("sentences").dataset;
  const PAUSES = [3000, 10000, 30000];
  let last = Number(document.body.dataset.last);
  let source = null;
  let quietAgain = 0;

  // Words that are not in yet survive a reload.
  const unsent = new Map(JSON.parse(sessionStorage.getItem("unsent") || "[]"));
  const keep = () => sessionStorage.setItem("unsent", JSON.stringify([...unsent]));

  // --- the end of the page ---
  const page = document.scrollingElement;
  const atEnd = () => page.scrollHeight - page.scrollTop - innerHeight < 120;
  const toEnd = () => {
    page.scrollTop = page.scrollHeight;
    find("below").hidden = true;
  };
  addEventListener("scroll", () => atEnd() && (find("below").hidden = true), { passive: true });
  find("below").addEventListener("click", () => {
    toEnd();
    input.focus();
  });

  // --- sending ---
  function say(words) {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    const id = Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
    unsent.set(id, words);
    keep();
    show(id, words);
    toEnd();
  }

  function show(id, words) {
    const line = find("pending").content.firstElementChild.cloneNode(true);
    line.dataset.client = id;
    line.dataset.tries = 0;
    line.querySelector(".words p").textContent = words.label;
    const form = line.querySelector("form");
    form.elements.id.value = id; // form.id is this field
    form.elements.text.value = words.text || "";
    form.elements.press.value = words.press || "";
    find("welcome")?.remove();
    lines.append(line);
    htmx.process(line);
    form.requestSubmit();
  }

  function sendAgain(line) {
    if (line.isConnected && line.dataset.state === "failed") line.querySelector("form").requestSubmit();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-say]")) return;
    event.preventDefault();
    const button = event.submitter;
    if (form === ask) {
      const text = input.value.trim();
      if (!text) return;
      input.value = "";
      grow();
      say({ text, label: text });
      input.focus();
    } else if (button && !button.dataset.held) {
      button.dataset.held = "1"; // a trembling finger presses twice
      setTimeout(() => delete button.dataset.held, 1000);
      button.closest("details")?.removeAttribute("open");
      if (button.closest("#welcome")) input.focus();
      say({ [button.name]: button.value, label: button.textContent.trim() });
    }
  });

  document.addEventListener("htmx:beforeRequest", ({ target }) => {
    const line = target.closest("[data-state]");
    if (line) line.dataset.state = "sending";
  });

  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    const line = target.closest("[data-state]");
    if (!line) return;
    const status = detail.xhr.status;
    if (detail.successful) {
      unsent.delete(line.dataset.client);
      keep();
      line.dataset.state = "sent";
      follow();
      return;
    }
    const refused = status >= 400 && status < 500;
    if (refused) unsent.delete(line.dataset.client);
    keep();
    line.dataset.state = "failed";
    line.toggleAttribute("data-refused", refused && status !== 429);
    const why = line.querySelector(".why");
    const said = detail.xhr.getResponseHeader("Content-Type")?.startsWith("text/html");
    const piece = new DOMParser().parseFromString(said ? detail.xhr.responseText : "", "text/html");
    why.textContent = piece.body.textContent.trim() || NOT_SENT;
    if (atEnd()) toEnd();
    const pause = PAUSES[line.dataset.tries++];
    if (!refused && pause) setTimeout(sendAgain, pause, line);
  });

  lines.addEventListener("click", ({ target }) => {
    if (!target.matches(".change")) return;
    const line = target.closest("li");
    input.value = line.querySelector("form").elements.text.value;
    line.remove();
    grow();
    input.focus();
  });

  const menu = document.querySelector(".menu");
  document.addEventListener("click", ({ target }) => menu.contains(target) || (menu.open = false));
  menu.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    menu.open = false;
    menu.firstElementChild.focus();
  });

  // --- what comes in ---
  function merge(html) {
    const box = document.createElement("template");
    box.innerHTML = html; // our own server's, with everything escaped
    for (const line of [...box.content.querySelectorAll("li.line")]) place(line);
  }

  function place(line) {
    const stays = !atEnd();
    last = Math.max(last, Number(line.dataset.seen));
    const there = find(line.id);
    if (there) {
      if (there.innerHTML !== line.innerHTML) there.innerHTML = line.innerHTML;
      return;
    }
    const pending = lines.querySelector("[data-state]");
    const own = line.dataset.client && lines.querySelector(`[data-client="${CSS.escape(line.dataset.client)}"]`);
    if (own && own === pending) {
      adopt(own, line);
    } else {
      own?.remove();
      addDay(line, pending);
      lines.insertBefore(line, own === pending ? null : pending);
    }
    if (line.matches(".ours")) {
      typing(false);
      find("below").hidden = !stays;
    }
    if (!stays) toEnd();
  }

  // The bubble that is already there takes the place of the line: nothing jumps, nothing is read twice.
  function adopt(own, line) {
    addDay(line, own);
    own.querySelector(".words").innerHTML = line.querySelector(".words").innerHTML;
    own.querySelector(".delivery").remove();
    for (const { name, value } of line.attributes) own.setAttribute(name, value);
    own.removeAttribute("data-state");
    unsent.delete(line.dataset.client);
    keep();
  }

  function addDay(line, before) {
    const days = document.querySelectorAll("[data-day]");
    if (days.length && days[days.length - 1].dataset.day === line.dataset.day) return;
    const day = document.createElement("li");
    day.className = "day";
    day.textContent = line.dataset.day;
    lines.insertBefore(day, before);
  }

  function typing(on) {
    clearTimeout(quietAgain);
    if (on) quietAgain = setTimeout(typing, 20000, false);
    const stays = !atEnd();
    find("typing").textContent = on ? TYPING : "";
    if (!stays) toEnd();
  }

  function follow() {
    if (source && source.readyState !== EventSource.CLOSED) return;
    source = new EventSource(`/chat/stream?after=${last}`);
    source.onmessage = ({ data }) => merge(data);
    source.addEventListener("typing", () => typing(true));
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(() => {
        catchUp();
        follow();
      }, 5000);
    };
  }

  // Where no stream may be had (a proxy, too many in one office) asking now and then does it too.
  async function catchUp() {
    try {
      const answer = await fetch(`/chat/messages?after=${last}`);
      if (answer.status === 200) merge(await answer.text());
    } catch {
      // no network: the next try is on its way
    }
  }

  function back() {
    find("offline").textContent = navigator.onLine ? "" : OFFLINE;
    if (!navigator.onLine) return;
    for (const line of lines.querySelectorAll("[data-state=failed]:not([data-refused])")) sendAgain(line);
    if (last || source) {
      catchUp();
      follow();
    }
  }
  addEventListener("online", back);
  addEventListener("offline", back);
  addEventListener("pageshow", ({ persisted }) => persisted && back());
  document.addEventListener("visibilitychange", () => document.hidden || back());

  // --- older lines keep what is being read where it is ---
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target.id !== "older") return;
    const below = page.scrollHeight - page.scrollTop;
    requestAnimationFrame(() => (page.scrollTop = page.scrollHeight - below));
  });

  // --- the input ---
  function grow() {
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`;
  }
  input.addEventListener("input", grow);
  input.addEventListener("keydown", (event) => {
    // Enter while a Vietnamese letter is being composed belongs to the keyboard.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    ask.requestSubmit();
  });

  // --- start ---
  for (const [id, words] of unsent) {
    if (lines.querySelector(`[data-client="${CSS.escape(id)}"]`)) unsent.delete(id);
    else show(id, words);
  }
  keep();
  if (last || lines.children.length) follow();
  toEnd();
  if (matchMedia("(pointer: fine)").matches) input.focus();
})();
