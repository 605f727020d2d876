// The Library page: rows as they are scrolled to, keys on rows, labels with their undo, and a selection.
import { announce } from "./announcer.js";
import { labelTracks, undoLast } from "./labels.js";
import { lookOf, paintMood } from "./library_rows.js";
import { RowWindows } from "./library_windows.js";
import { explain } from "./offline.js";
import { areOn, isTaken } from "./shortcuts.js";
import { showToast } from "./toast.js";

let table = null;
let info = null;
let windows = null;
let selected = new Set();

const rowOf = (id) => document.getElementById(`row-${id}`);
const titleOf = (row) => row.querySelector("[data-track-link] bdi").textContent;
const count = (number) => number.toLocaleString("en-US");
const countTracks = (number) => `${count(number)} track${number === 1 ? "" : "s"}`;

function showPosition() {
  if (table === null || !table.isConnected) return;
  const head = table.tHead.rows[0].cells[0].getBoundingClientRect().bottom;
  const player = document.getElementById("player");
  const bottom = player.hidden ? innerHeight : player.getBoundingClientRect().top;
  const [first, last] = windows.visibleRows(head, bottom);
  document.querySelector("[data-position]").textContent = `Rows ${count(first)}–${count(last)} of ${count(windows.count)}`;
}

function makeReachable(row) {
  for (const other of table.querySelectorAll('.library-row[tabindex="0"]')) other.tabIndex = -1;
  row.tabIndex = 0;
}

function focusRow(row) {
  makeReachable(row);
  row.focus();
}

function takeOver(body) {
  for (const id of selected) {
    const box = body.querySelector(`[data-row="${id}"] [data-select]`);
    if (box !== null) box.checked = true;
  }
  if (table.querySelector('.library-row[tabindex="0"]') === null) body.querySelector(".library-row").tabIndex = 0;
}

function connect() {
  windows?.close();
  table = document.getElementById("library");
  selected = new Set();
  if (table === null) return;
  info = JSON.parse(table.dataset.library);
  const drawn = table.tBodies[0];
  const first = Number(table.dataset.first);
  if ((first - 1) % info.window !== 0) {
    table = null;
    return;
  }
  windows = new RowWindows(table, info, takeOver);
  for (const pager of document.querySelectorAll("[data-pager]")) pager.hidden = true;
  takeOver(drawn);
  if (first > 1) drawn.rows[0].scrollIntoView();
  showPosition();
  showSelection();
}

// what is focused, else the song that plays
function rowForKeys(target) {
  const row = target.closest(".library-row");
  return row ?? table.querySelector("[data-play][aria-current]")?.closest(".library-row") ?? null;
}

// what the rows show, by track
function rememberRows(ids) {
  const rows = ids.map(rowOf).filter((row) => row !== null);
  return new Map(rows.map((row) => [row.dataset.row, [...row.querySelectorAll(".cell-mood, .cell-certainty")].map((cell) => cell.cloneNode(true))]));
}

function restoreRow(id, shown) {
  const row = rowOf(id);
  const cells = shown.get(id);
  if (row === null || cells === undefined) return;
  [...row.querySelectorAll(".cell-mood, .cell-certainty")].forEach((cell, at) => cell.replaceWith(cells[at].cloneNode(true)));
}

async function label(ids, emotion) {
  if (!info.canLabel) {
    showToast(`Songs cannot be labelled in ${info.taxonomy}: it is a merge of other moods.`);
    return;
  }
  const name = info.moods.find((mood) => mood.emotion === emotion).name;
  const title = rowOf(ids[0]) === null ? countTracks(ids.length) : titleOf(rowOf(ids[0]));
  const { steps, error } = await labelTracks(ids, emotion, info, rememberRows(ids));
  for (const { id } of steps) {
    const row = rowOf(id);
    if (row !== null) paintMood(row, lookOf(info, emotion), "you");
  }
  const what = ids.length === 1 ? title : countTracks(steps.length);
  if (error === null) showToast(`${what}: labelled ${name}.`, undo);
  else if (steps.length === 0) showToast(`Not labelled. ${explain(error)}`);
  else showToast(`${countTracks(steps.length)} labelled ${name}, ${count(ids.length - steps.length)} not. ${explain(error)}`, undo);
}

async function undo() {
  const result = await undoLast();
  if (result === null) {
    showToast("There is nothing to undo.");
    return;
  }
  for (const { id } of result.steps) restoreRow(id, result.shown);
  const what = result.steps.length === 1 ? "The label was taken back." : `${countTracks(result.steps.length)}: labels taken back.`;
  showToast(result.error === null ? what : `Not all was taken back. ${explain(result.error)}`);
}

function showSelection() {
  const bar = document.getElementById("selection");
  if (bar === null) return;
  bar.hidden = selected.size === 0;
  bar.querySelector("[data-selected-count]").textContent = `${count(selected.size)} selected`;
}

function select(row, isSelected) {
  row.querySelector("[data-select]").checked = isSelected;
  if (isSelected) selected.add(row.dataset.row);
  else selected.delete(row.dataset.row);
  showSelection();
}

function clearSelection() {
  for (const id of selected) {
    const row = rowOf(id);
    if (row !== null) row.querySelector("[data-select]").checked = false;
  }
  selected.clear();
  showSelection();
  table.querySelector('.library-row[tabindex="0"]')?.focus({ preventScroll: true });
}

async function move(row, step) {
  const next = await windows.findNeighbour(row, step);
  if (next !== null) focusRow(next);
}

function runKey(event) {
  const key = event.key.toLowerCase();
  if (key === "/") {
    document.querySelector("[data-search]").focus();
    return true;
  }
  if (key === "z") {
    undo();
    return true;
  }
  const focused = event.target.closest(".library-row");
  if (key === "arrowdown" || key === "arrowup") {
    if (focused === null) return false;
    move(focused, key === "arrowdown" ? 1 : -1);
    return true;
  }
  if (key === "enter" && event.target === focused) {
    focused.querySelector("[data-track-link]").click();
    return true;
  }
  if (key === "x" && focused !== null) {
    select(focused, !selected.has(focused.dataset.row));
    announce(`${count(selected.size)} selected`);
    return true;
  }
  const mood = /^[1-9]$/.test(key) ? info.moods[Number(key) - 1] : undefined;
  const row = mood === undefined ? null : rowForKeys(event.target);
  if (row === null) return false;
  label([row.dataset.row], mood.emotion);
  return true;
}

document.addEventListener("keydown", (event) => {
  if (table === null || !table.isConnected || !areOn() || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  // a tick box of a row takes Space alone
  const isBox = event.target.matches("[data-select]") && event.key !== " ";
  if (!isBox && isTaken(event.target, event.key)) return;
  if (runKey(event)) event.preventDefault();
});
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.(".library-row");
  if (row && table?.contains(row)) makeReachable(row);
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select]")) select(event.target.closest(".library-row"), event.target.checked);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-label]");
  if (button !== null && selected.size > 0) label([...selected], button.dataset.label);
  if (event.target.closest("[data-clear-selection]") !== null) clearSelection();
});
let isScrolled = false;
addEventListener("scroll", () => {
  if (isScrolled || table === null) return;
  isScrolled = true;
  requestAnimationFrame(() => {
    isScrolled = false;
    showPosition();
  });
}, { passive: true });
document.addEventListener("mer:page", connect);
document.addEventListener("mer:online", () => windows?.retry());
connect();
