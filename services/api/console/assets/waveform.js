// The waveform of a track's page: a view of the one audio element, which is a slider too.
import { playSongAt, seekBy, seekTo } from "./player.js";
import { formatTime } from "./player_view.js";
import { currentSong } from "./queue.js";

const SEEK_S = 5;
const N_BARS = 200;
const STEP = 5;
const WIDTH = 3;
const HEIGHT = 100;
const LEAST_HEIGHT = 2;
const MOST_ASKED = 30;
const audio = document.getElementById("audio");
let slider = null;
let trackId = null;
let durationS = 0;

function makeRect(name, x, y, width, height) {
  const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  rect.setAttribute("class", name);
  for (const [key, value] of Object.entries({ x, y, width, height })) rect.setAttribute(key, String(value));
  return rect;
}

// The loudest peak of each bar's stretch.
function draw(peaks) {
  const count = Math.min(N_BARS, peaks.length);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${STEP * Math.max(1, count)} ${HEIGHT}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  for (let at = 0; at < count; at += 1) {
    const stretch = peaks.slice(Math.floor((at * peaks.length) / count), Math.floor(((at + 1) * peaks.length) / count));
    const height = Math.max(LEAST_HEIGHT, HEIGHT * Math.max(...stretch));
    svg.append(makeRect("bar unplayed", at * STEP, (HEIGHT - height) / 2, WIDTH, height));
  }
  svg.append(makeRect("playhead", 0, 0, 2, HEIGHT));
  slider.replaceChildren(svg);
}

function isPlayed() {
  return currentSong()?.id === trackId;
}

function show() {
  if (slider === null || !slider.isConnected) return;
  const positionS = isPlayed() ? audio.currentTime : 0;
  const share = durationS > 0 ? Math.min(1, positionS / durationS) : 0;
  slider.setAttribute("aria-valuenow", String(Math.round(positionS)));
  slider.setAttribute("aria-valuetext", `${formatTime(positionS)} of ${formatTime(durationS)}`);
  const bars = slider.querySelectorAll(".bar");
  bars.forEach((bar, at) => bar.classList.toggle("unplayed", at >= share * bars.length));
  slider.querySelector(".playhead")?.setAttribute("x", String(share * STEP * bars.length));
}

function seek(positionS) {
  if (!isPlayed()) playSongAt(document.getElementById("play-track"), positionS);
  else seekTo(positionS);
  show();
}

async function load(asked = 0) {
  const [place, id] = [slider, trackId];
  let words = "There is no waveform of this song.";
  try {
    const answer = await fetch(`/tracks/${encodeURIComponent(id)}/peaks`, { headers: { Accept: "application/json" } });
    if (place !== slider || !place.isConnected) return;
    if (answer.status === 202 && asked < MOST_ASKED) {
      setTimeout(() => { if (place === slider && place.isConnected) load(asked + 1); }, (Number(answer.headers.get("Retry-After")) || 2) * 1000);
      return;
    }
    if (answer.status === 200) {
      const body = await answer.json();
      durationS = body.duration_s;
      slider.setAttribute("aria-valuemax", String(Math.round(durationS)));
      draw(body.peaks);
      show();
      return;
    }
  } catch {
    words = "mer does not answer. Load the page again for the waveform.";
  }
  place.querySelector("[data-waveform-note]").textContent = words;
}

function connect() {
  slider = document.getElementById("waveform");
  if (slider === null) return;
  const info = JSON.parse(document.querySelector("[data-track]").dataset.track);
  trackId = info.id;
  durationS = Number(slider.getAttribute("aria-valuemax"));
  slider.addEventListener("click", (event) => {
    const box = slider.getBoundingClientRect();
    seek((durationS * (event.clientX - box.left)) / box.width);
  });
  slider.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -SEEK_S, ArrowDown: -SEEK_S, ArrowRight: SEEK_S, ArrowUp: SEEK_S };
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.key === "Home" || event.key === "End") seek(event.key === "Home" ? 0 : Math.max(0, durationS - SEEK_S));
    else if (!(event.key in steps)) return;
    else if (isPlayed()) seekBy(steps[event.key]);
    else seek(Math.max(0, steps[event.key]));
    event.preventDefault();
    show();
  });
  show();
  load();
}

for (const name of ["timeupdate", "seeked", "loadedmetadata", "emptied"]) audio.addEventListener(name, show);
document.addEventListener("mer:page", connect);
connect();
