// The list of what is played next.
import { queue } from "./queue.js";

const SHOWN = 50;
const panel = document.getElementById("queue");
const list = panel.querySelector("[data-queue-list]");
const opener = document.querySelector("[data-player-queue]");

function setOpen(isOpen) {
  panel.hidden = !isOpen;
  opener.setAttribute("aria-expanded", String(isOpen));
}

function drawRow(song, index, play) {
  const row = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "queue-song";
  if (index === queue.index) button.setAttribute("aria-current", "true");
  for (const [text, style] of [[song.title, "clipped"], [song.artist, "clipped muted"]]) {
    const line = document.createElement("span");
    line.className = style;
    const words = document.createElement("bdi");
    words.textContent = text;
    line.append(words);
    button.append(line);
  }
  button.addEventListener("click", () => play(index));
  row.append(button);
  return row;
}

export function drawQueue(play) {
  const first = Math.max(0, queue.index - 1);
  const hadFocus = list.contains(document.activeElement);
  list.replaceChildren(...queue.songs.slice(first, first + SHOWN).map((song, at) => drawRow(song, first + at, play)));
  if (hadFocus) list.querySelector("[aria-current]")?.focus();
}

export function connectQueueView() {
  opener.addEventListener("click", () => {
    setOpen(panel.hidden);
    if (!panel.hidden) list.querySelector("[aria-current]")?.focus();
  });
  panel.querySelector("[data-queue-close]").addEventListener("click", () => {
    setOpen(false);
    opener.focus();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    setOpen(false);
    opener.focus();
  });
}
