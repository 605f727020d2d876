// Single keys. Never in fields, never with Ctrl, Alt or Meta, and a person can switch them off.
import { SEEK_S, seekBy, skipTo, togglePlay } from "./player.js";

const STORED = "mer.single-keys";
const PREFIX_MS = 1500;
const PAGES = { h: "/", l: "/console/library" };
let prefixUntil = 0;

export function areOn() {
  return localStorage.getItem(STORED) !== "off";
}

export function isTaken(target, key) {
  if (target.closest("input, textarea, select, [contenteditable], [role=slider], dialog")) return true;
  return key === " " && target.closest("button, a, summary, label, audio") !== null;
}

function follow(path) {
  document.querySelector(`[data-page][href="${path}"]`)?.click();
}

function runKey(event) {
  const key = event.key.toLowerCase();
  if (performance.now() < prefixUntil && key in PAGES) return follow(PAGES[key]);
  prefixUntil = key === "g" ? performance.now() + PREFIX_MS : 0;
  if (key === "?") return follow("/console/help");
  if (key === " ") return togglePlay();
  if (key === "arrowleft") return event.shiftKey ? skipTo(-1) : seekBy(-SEEK_S);
  if (key === "arrowright") return event.shiftKey ? skipTo(1) : seekBy(SEEK_S);
  return false;
}

document.addEventListener("keydown", (event) => {
  if (!areOn() || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  if (isTaken(event.target, event.key)) return;
  if (runKey(event) !== false) event.preventDefault();
});

function showSwitch() {
  for (const box of document.querySelectorAll("[data-single-keys]")) {
    box.checked = areOn();
    box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
  }
}
document.addEventListener("mer:page", showSwitch);
showSwitch();
