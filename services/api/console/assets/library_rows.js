// Rows of the Library page, from tracks as `GET /tracks` gives them. The server draws the first ones the same way.
import { formatTime } from "./player_view.js";

const QUADRANT_SQUARES = [2, 1, 3, 4];
const QUADRANT_COLOURS = { 1: "happy", 2: "tense", 3: "sad", 4: "calm" };

function findMood(info, emotion) {
  return info.moods.find((mood) => mood.emotion === emotion) ?? { name: emotion, colour: "neutral", quadrants: [] };
}

// Two moods have a mark in two colours.
function paintMark(mark, quadrants, isMixed) {
  mark.querySelectorAll("rect").forEach((square, at) => {
    const quadrant = QUADRANT_SQUARES[at];
    const filled = isMixed ? `square-${QUADRANT_COLOURS[quadrant]}` : "filled";
    square.setAttribute("class", quadrants.includes(quadrant) ? filled : "open");
  });
}

function drawStrike(mark, isStruck) {
  mark.querySelector(".strike")?.remove();
  if (!isStruck) return;
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("class", "strike");
  path.setAttribute("d", "M2.5 13.5 13.5 2.5");
  mark.append(path);
}

function describeChip(track, info) {
  if (track.emotion === null) return track.content_kind === null ? null : { words: "not music", colour: "neutral", quadrants: [], style: "unsure", isStruck: true };
  const mood = findMood(info, track.emotion);
  if (track.decided_by === "model" && (track.certainty === "either" || track.certainty === "unsure")) {
    const moods = track.certainty === "either" ? track.prediction_set.map((emotion) => findMood(info, emotion)) : [mood];
    return { words: moods.map((one) => one.name).join(" or "), colour: mood.colour, quadrants: moods.flatMap((one) => one.quadrants), style: "unsure", isMixed: moods.length > 1 };
  }
  return { words: mood.name, colour: mood.colour, quadrants: mood.quadrants, style: track.decided_by === "model" ? "model" : "person" };
}

export function paintMood(row, look, certainty) {
  const chip = row.querySelector("[data-chip]");
  if (chip === null) return;
  chip.hidden = look === null;
  if (look !== null) {
    chip.className = `chip chip-${look.style} ${look.colour}`;
    chip.querySelector("[data-chip-words]").textContent = look.words;
    const mark = chip.querySelector(".mood-mark");
    paintMark(mark, look.quadrants, look.isMixed ?? false);
    drawStrike(mark, look.isStruck ?? false);
    row.querySelector("[data-play]").dataset.mood = look.colour;
    row.querySelector("[data-play]").dataset.moodWord = look.words;
  }
  for (const place of row.querySelectorAll("[data-certainty]")) place.textContent = certainty;
  row.querySelector(".cell-certainty").className = `cell-certainty numbers ${certainty === "you" ? "own" : "muted"}`;
}

export function lookOf(info, emotion) {
  const mood = findMood(info, emotion);
  return { words: mood.name, colour: mood.colour, quadrants: mood.quadrants, style: "person" };
}

function describeProblem(track, info) {
  if (track.missing_since !== null) {
    const date = new Date(track.missing_since).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
    return `Since ${date}`;
  }
  const reason = track.features?.reason;
  return reason ? info.problems[reason] ?? reason : "";
}

export function drawRow(template, track, number, info) {
  const row = template.content.firstElementChild.cloneNode(true);
  const title = track.title || "Untitled";
  row.id = `row-${track.id}`;
  row.dataset.row = track.id;
  row.setAttribute("aria-rowindex", String(number + 1));
  row.querySelector("[data-select]").setAttribute("aria-label", `Select ${title}`);
  const play = row.querySelector("[data-play]");
  Object.assign(play.dataset, { trackId: track.id, title: track.title ?? "", artist: track.artist ?? "", duration: String(track.duration_s ?? "") });
  play.setAttribute("aria-label", `Play ${title}`);
  const link = row.querySelector("[data-track-link]");
  link.href = `/console/tracks/${track.id}`;
  link.querySelector("bdi").textContent = title;
  for (const place of row.querySelectorAll("[data-artist-words]")) place.textContent = track.artist || "Unknown artist";
  row.querySelector("[data-length]").textContent = track.duration_s === null ? "" : formatTime(track.duration_s);
  const problem = row.querySelector("[data-problem]");
  if (problem !== null) problem.textContent = describeProblem(track, info);
  const isOwn = track.decided_by === "person" && track.certainty === info.ownName;
  paintMood(row, describeChip(track, info), isOwn ? "you" : track.certainty ?? "");
  return row;
}
