// What the player's bar shows.
const bar = document.getElementById("player");
const part = (name) => bar.querySelector(`[data-player-${name}]`);
const QUADRANT_SQUARES = { tense: [0], happy: [1], sad: [2], calm: [3], energetic: [0, 1] };

function setIcon(use, name) {
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
}

export function formatTime(seconds) {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const minutes = Math.floor(whole / 60);
  const tail = String(whole % 60).padStart(2, "0");
  return minutes < 60 ? `${minutes}:${tail}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${tail}`;
}

export function showPlayer() {
  bar.hidden = false;
}

export function drawTile(song) {
  const tile = part("tile");
  const mood = song?.mood || "neutral";
  tile.className = `tile ${mood}`;
  const filled = QUADRANT_SQUARES[mood] ?? [];
  tile.querySelectorAll("rect").forEach((square, at) => square.setAttribute("class", filled.includes(at) ? "filled" : "open"));
}

export function showSong(song) {
  part("title").textContent = song.title;
  part("artist").textContent = song.artist;
  drawTile(song);
  showSeek(0, song.durationS);
}

export function showState(isPlaying) {
  const button = part("toggle");
  button.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
  setIcon(part("toggle-icon"), isPlaying ? "pause" : "play");
}

export function showSeek(positionS, durationS) {
  const length = Number.isFinite(durationS) && durationS > 0 ? durationS : 1;
  const slider = part("position");
  slider.max = String(length);
  slider.value = String(positionS);
  slider.style.setProperty("--at", `${Math.min(100, (100 * positionS) / length)}%`);
  slider.setAttribute("aria-valuetext", `${formatTime(positionS)} of ${formatTime(durationS)}`);
  part("elapsed").textContent = formatTime(positionS);
  part("duration").textContent = formatTime(durationS);
}

export function showVolume(audio) {
  const percent = audio.muted ? 0 : Math.round(audio.volume * 100);
  const slider = part("volume");
  slider.value = String(percent);
  slider.style.setProperty("--at", `${percent}%`);
  slider.setAttribute("aria-valuetext", `${percent} of 100`);
  part("mute").setAttribute("aria-pressed", String(audio.muted));
  setIcon(part("mute-icon"), audio.muted ? "muted" : "volume");
}
