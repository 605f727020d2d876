// Says when mer does not answer, asks again by itself, and then goes on where the person wanted to go.
import { announce } from "./announcer.js";

const RETRY_S = 4;
const bar = document.getElementById("offline");
const detail = bar.querySelector("[data-offline-detail]");
let wantedAddress = null;
let secondsLeft = 0;
let timer = 0;

export function reportOffline(address = null) {
  wantedAddress = address ?? wantedAddress;
  if (!bar.hidden) return;
  bar.hidden = false;
  waitToRetry();
}

// What went wrong with a request, in words: fetch throws a TypeError where nobody answers.
export function explain(error) {
  return error instanceof TypeError ? "mer does not answer." : error.message;
}

function waitToRetry() {
  secondsLeft = RETRY_S;
  clearInterval(timer);
  countDown();
  timer = setInterval(countDown, 1000);
}

function countDown() {
  if (secondsLeft <= 0) {
    retry();
    return;
  }
  detail.textContent = `Trying again in ${secondsLeft} s. The music goes on.`;
  secondsLeft -= 1;
}

async function retry() {
  clearInterval(timer);
  detail.textContent = "Trying again. The music goes on.";
  try {
    await fetch("/health", { cache: "no-store" });
  } catch {
    waitToRetry();
    return;
  }
  bar.hidden = true;
  announce("mer answers again");
  document.dispatchEvent(new CustomEvent("mer:online"));
  if (wantedAddress !== null) {
    const link = document.createElement("a");
    link.href = wantedAddress;
    wantedAddress = null;
    link.hidden = true;
    document.getElementById("main").append(link);
    window.htmx.process(link);
    link.click();
  }
}

bar.querySelector("[data-retry-now]").addEventListener("click", retry);
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(name, (event) => reportOffline(event.detail.boosted ? event.detail.pathInfo.requestPath : null));
}
addEventListener("offline", () => reportOffline());
document.body.addEventListener("htmx:historyCacheMissLoadError", () => reportOffline(location.pathname + location.search));
