// What a browser does when it loads a page, for pages of which only main was replaced: title, focus, scroll, current link.
import { announce } from "./announcer.js";

const SLOW_MS = 300;
const scrollByAddress = new Map();
let shownAddress = currentAddress();
let isSettling = false;
let slowTimer = 0;

function currentAddress() {
  return location.pathname + location.search;
}

function markCurrentLink(path) {
  for (const link of document.querySelectorAll("[data-page]")) {
    if (link.getAttribute("href") === path) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function settlePage(scrollTo) {
  if (isSettling) return;
  isSettling = true;
  queueMicrotask(() => {
    isSettling = false;
    const main = document.getElementById("main");
    markCurrentLink(main.querySelector("[data-current-page]")?.dataset.currentPage);
    (main.querySelector("h1") ?? main).focus({ preventScroll: true });
    window.scrollTo({ top: scrollTo, behavior: "instant" });
    announce(document.title);
    document.dispatchEvent(new CustomEvent("mer:page"));
  });
}

history.scrollRestoration = "manual";
addEventListener("scroll", () => scrollByAddress.set(shownAddress, scrollY), { passive: true });

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.detail.boosted) return;
  clearTimeout(slowTimer);
  slowTimer = setTimeout(() => {
    document.getElementById("main").setAttribute("aria-busy", "true");
    document.getElementById("loading").hidden = false;
    announce("Loading");
  }, SLOW_MS);
});
document.body.addEventListener("htmx:afterRequest", () => {
  clearTimeout(slowTimer);
  document.getElementById("main").removeAttribute("aria-busy");
  document.getElementById("loading").hidden = true;
});
// an answer that is no page of ours, from a proxy for example, is shown as the browser shows it
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.boosted || event.detail.serverResponse.includes('id="main"')) return;
  event.detail.shouldSwap = false;
  location.assign(event.detail.pathInfo.requestPath);
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (!event.detail.boosted) return;
  shownAddress = currentAddress();
  settlePage(0);
});
document.body.addEventListener("htmx:historyRestore", () => {
  shownAddress = currentAddress();
  settlePage(scrollByAddress.get(shownAddress) ?? 0);
});
