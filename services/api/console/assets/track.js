// The page of a track: labels with their undo, and the spectrogram once it is unfolded. The server words the answer anew.
import { refreshPage } from "./jobs.js";
import { labelTracks, undoLast } from "./labels.js";
import { explain } from "./offline.js";
import { areOn, isTaken } from "./shortcuts.js";
import { showToast } from "./toast.js";

function readInfo() {
  const page = document.querySelector("[data-track]");
  return page === null ? null : JSON.parse(page.dataset.track);
}

// what can be said on this page: who may only read has no buttons
function canSay() {
  return document.querySelector("[data-say]") !== null;
}

async function say(emotion) {
  const info = readInfo();
  const name = info.moods.find((mood) => mood.emotion === emotion).name;
  const { error } = await labelTracks([info.id], emotion, info, new Map());
  showToast(error === null ? `${info.title}: labelled ${name}.` : `Not labelled. ${explain(error)}`, error === null ? undo : null);
  await showAnswer();
}

async function undo() {
  const result = await undoLast();
  if (result === null) {
    showToast("There is nothing to undo.");
    return;
  }
  showToast(result.error === null ? "The label was taken back." : `Not all was taken back. ${explain(result.error)}`);
  await showAnswer();
}

// A button that was pressed may be gone from the new answer: the focus then stays in the answer.
async function showAnswer() {
  const answer = document.getElementById("track-answer");
  if (answer === null) return;
  const hadFocus = answer.contains(document.activeElement);
  await refreshPage();
  if (hadFocus && !answer.contains(document.activeElement)) answer.querySelector("[data-say]")?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-say]");
  if (button !== null) say(button.dataset.say);
});
document.addEventListener("keydown", (event) => {
  const info = readInfo();
  if (info === null || !areOn() || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  if (isTaken(event.target, event.key) || !canSay()) return;
  const mood = /^[1-9]$/.test(event.key) ? info.moods[Number(event.key) - 1] : undefined;
  if (mood !== undefined) say(mood.emotion);
  else if (event.key.toLowerCase() === "z") undo();
  else return;
  event.preventDefault();
});
document.addEventListener("toggle", (event) => {
  const place = event.target.closest?.("[data-spectrogram]");
  if (!place || !place.open || place.querySelector("img") !== null) return;
  const picture = new Image();
  picture.alt = "Mel spectrogram: seconds from left to right, Hz from low to high";
  const note = place.querySelector("[data-spectrogram-note]");
  picture.addEventListener("load", () => { note.hidden = true; });
  picture.addEventListener("error", () => {
    picture.remove();
    note.textContent = "There is no spectrogram of this song.";
  });
  place.append(picture);
  picture.src = place.dataset.spectrogram;
}, true);
