// The one player of the console. Pages start songs with buttons that carry `data-play`: see `playFrom`.
import { announce } from "./announcer.js";
import { drawTile, showPlayer, showSeek, showSong, showState, showVolume } from "./player_view.js";
import { currentSong, extendQueue, pageAddress, queue, readPage, readSong, restoreQueue, saveQueue, setQueue } from "./queue.js";
import { connectQueueView, drawQueue } from "./queue_view.js";
import { explain, reportOffline } from "./offline.js";

export const SEEK_S = 5;
const MESSAGE_MS = 3000;
const SAVE_EVERY_MS = 1000;
const audio = document.getElementById("audio");
const bar = document.getElementById("player");
const position = bar.querySelector("[data-player-position]");
const volume = bar.querySelector("[data-player-volume]");
const message = bar.querySelector("[data-player-message]");
const otherTabs = new BroadcastChannel("mer.player");
let isWanted = false;
let isDragged = false;
let savedAt = 0;
let skipTimer = 0;
let failures = 0;

function say(words) {
  message.textContent = words;
}

function addressOf(song) {
  return `/tracks/${encodeURIComponent(song.id)}/audio`;
}

function save() {
  savedAt = performance.now();
  saveQueue(audio.currentTime || queue.positionS, audio.volume);
}

async function start() {
  isWanted = true;
  try {
    await audio.play();
  } catch (error) {
    // a browser may refuse sound before the first click; everything else arrives as the event `error`
    if (error.name === "NotAllowedError") say("Press play to go on.");
  }
}

function loadSong({ positionS = 0, plays = true } = {}) {
  clearTimeout(skipTimer);
  const song = currentSong();
  if (song === null) return;
  showPlayer();
  showSong(song);
  drawQueue(playAt);
  say("");
  queue.positionS = positionS;
  audio.src = addressOf(song);
  if (positionS > 0) {
    audio.addEventListener("loadedmetadata", () => { audio.currentTime = Math.min(positionS, audio.duration || positionS); }, { once: true });
  }
  setMediaSession(song);
  if (plays) start();
  else showState(false);
  save();
  markPlaying();
  extendQueue().then(() => drawQueue(playAt)).catch(() => {});
}

function playAt(index) {
  queue.index = index;
  failures = 0;
  loadSong();
}

export function togglePlay() {
  if (currentSong() === null) return false;
  if (audio.paused) {
    if (audio.error !== null) loadSong({ positionS: queue.positionS });
    else start();
  } else {
    isWanted = false;
    audio.pause();
  }
  return true;
}

export function seekBy(seconds) {
  if (currentSong() === null || !Number.isFinite(audio.duration)) return false;
  audio.currentTime = Math.max(0, Math.min(audio.duration, audio.currentTime + seconds));
  return true;
}

export function seekTo(positionS) {
  audio.currentTime = Math.max(0, Math.min(audio.duration || positionS, positionS));
}

export function skipTo(step) {
  const index = queue.index + step;
  if (index < 0 || index >= queue.songs.length) return false;
  playAt(index);
  return true;
}

// A button with `data-play` plays its song (`data-track-id`, `data-title`, …) and then what follows it in the list
// around it (`data-song-list`); `data-next` of the list asks for what comes after its rows. With `data-play-query` it
// plays the songs of that request.
async function playFrom(button) {
  failures = 0;
  if (button.dataset.playQuery !== undefined) {
    await playQuery(button);
    return;
  }
  if (button.dataset.trackId === currentSong()?.id && !audio.ended) {
    togglePlay();
    return;
  }
  queueFrom(button);
  loadSong();
}

function queueFrom(button) {
  const list = button.closest("[data-song-list]");
  const buttons = list === null ? [button] : [...list.querySelectorAll("[data-play][data-track-id]")];
  const next = list?.dataset.next ? { address: list.dataset.next, mood: list.dataset.mood } : null;
  setQueue(buttons.map(readSong), buttons.indexOf(button), next);
}

// The song of a button from a position on, and then what follows it.
export function playSongAt(button, positionS) {
  failures = 0;
  queueFrom(button);
  loadSong({ positionS });
}

async function playQuery(button) {
  showPlayer();
  say("Looking for songs");
  try {
    const page = await readPage(pageAddress(button.dataset.playQuery), button.dataset.mood);
    if (page.songs.length === 0) {
      say("There is no song in this list.");
      return;
    }
    setQueue(page.songs, 0, page.next);
    loadSong();
  } catch (error) {
    if (error instanceof TypeError) reportOffline();
    say(explain(error));
  }
}

export function markPlaying() {
  const id = currentSong()?.id;
  for (const button of document.querySelectorAll("[data-play][data-track-id]")) {
    if (button.dataset.trackId === id) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

// Why a song does not play. The element says only that it does not.
async function explainFailure() {
  const song = currentSong();
  if (song === null || !audio.hasAttribute("src")) return;
  const wasWanted = isWanted;
  showState(false);
  let answer;
  try {
    answer = await fetch(addressOf(song), { headers: { Range: "bytes=0-0" }, cache: "no-store" });
  } catch {
    say("mer does not answer. Press play to try again.");
    reportOffline();
    return;
  }
  if (song !== currentSong()) return;
  if (answer.status === 202) {
    const waitS = Number(answer.headers.get("Retry-After")) || 2;
    say(`In work, plays in about ${waitS} s.`);
    skipTimer = setTimeout(() => loadSong({ plays: wasWanted }), waitS * 1000);
    return;
  }
  const isProblem = (answer.headers.get("Content-Type") ?? "").includes("json");
  const why = isProblem ? (await answer.json()).detail : "This browser cannot play it.";
  failures += 1;
  const goesOn = wasWanted && queue.index + 1 < queue.songs.length && failures < queue.songs.length;
  const words = `This song cannot be played: ${why.replace(/[.]?$/, ".")}`;
  say(goesOn ? `${words} Going on with the next.` : words);
  if (goesOn) skipTimer = setTimeout(() => skipAfterFailure(), MESSAGE_MS);
}

function skipAfterFailure() {
  queue.index += 1;
  loadSong();
}

function setMediaSession(song) {
  if (!("mediaSession" in navigator)) return;
  navigator.mediaSession.metadata = new MediaMetadata({ title: song.title, artist: song.artist });
}

function connectMediaSession() {
  if (!("mediaSession" in navigator)) return;
  const actions = {
    play: start,
    pause: () => { isWanted = false; audio.pause(); },
    previoustrack: () => skipTo(-1),
    nexttrack: () => skipTo(1),
    seekbackward: () => seekBy(-SEEK_S),
    seekforward: () => seekBy(SEEK_S),
    seekto: (details) => { audio.currentTime = details.seekTime; },
  };
  for (const [name, act] of Object.entries(actions)) {
    try {
      navigator.mediaSession.setActionHandler(name, act);
    } catch {
      // a browser that does not know this action has no key for it
    }
  }
}

audio.addEventListener("play", () => {
  showState(true);
  otherTabs.postMessage("playing");
});
audio.addEventListener("playing", () => {
  failures = 0;
  say("");
});
audio.addEventListener("pause", () => {
  showState(false);
  save();
});
audio.addEventListener("ended", () => {
  if (!skipTo(1)) isWanted = false;
});
audio.addEventListener("error", explainFailure);
audio.addEventListener("timeupdate", () => {
  if (!isDragged) showSeek(audio.currentTime, audio.duration);
  if (performance.now() - savedAt > SAVE_EVERY_MS) save();
  if ("mediaSession" in navigator && Number.isFinite(audio.duration)) {
    navigator.mediaSession.setPositionState({ duration: audio.duration, position: Math.min(audio.currentTime, audio.duration) });
  }
});
audio.addEventListener("durationchange", () => showSeek(audio.currentTime, audio.duration));
audio.addEventListener("volumechange", () => {
  showVolume(audio);
  save();
});
otherTabs.addEventListener("message", () => {
  isWanted = false;
  audio.pause();
});

position.addEventListener("input", () => {
  isDragged = true;
  showSeek(Number(position.value), audio.duration);
});
position.addEventListener("change", () => {
  audio.currentTime = Number(position.value);
  isDragged = false;
});
position.addEventListener("keydown", (event) => {
  const steps = { ArrowLeft: -SEEK_S, ArrowDown: -SEEK_S, ArrowRight: SEEK_S, ArrowUp: SEEK_S };
  if (event.key in steps && !event.shiftKey) {
    event.preventDefault();
    seekBy(steps[event.key]);
  }
});
volume.addEventListener("input", () => {
  audio.muted = false;
  audio.volume = Number(volume.value) / 100;
});
bar.querySelector("[data-player-toggle]").addEventListener("click", togglePlay);
bar.querySelector("[data-player-previous]").addEventListener("click", () => {
  if (!skipTo(-1)) audio.currentTime = 0;
});
bar.querySelector("[data-player-next]").addEventListener("click", () => skipTo(1));
bar.querySelector("[data-player-mute]").addEventListener("click", () => {
  audio.muted = !audio.muted;
  announce(audio.muted ? "Muted" : "Sound on");
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-play]");
  if (button !== null) playFrom(button);
});
document.addEventListener("mer:page", markPlaying);
document.addEventListener("mer:online", () => {
  if (audio.error !== null && currentSong() !== null) loadSong({ positionS: queue.positionS, plays: isWanted });
});
addEventListener("pagehide", () => {
  if (currentSong() !== null) save();
});

connectMediaSession();
connectQueueView();
if (restoreQueue()) {
  audio.volume = queue.volume;
  loadSong({ positionS: queue.positionS, plays: false });
  showSeek(queue.positionS, currentSong().durationS);
}
showVolume(audio);
drawTile(currentSong());
