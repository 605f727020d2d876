// What is played after what: songs that are known, and the query of the list that they come from. Kept for this tab.
const STORED = "mer.player";
const PAGE_SIZE = 50;
const AHEAD = 5;
const KEPT_BEHIND = 200;

export const queue = { songs: [], index: -1, next: null, positionS: 0, volume: 1 };

export function saveQueue(positionS, volume) {
  queue.positionS = positionS;
  queue.volume = volume;
  sessionStorage.setItem(STORED, JSON.stringify(queue));
}

export function restoreQueue() {
  const stored = sessionStorage.getItem(STORED);
  if (stored === null) return false;
  Object.assign(queue, JSON.parse(stored));
  return queue.index >= 0;
}

export function currentSong() {
  return queue.songs[queue.index] ?? null;
}

export function setQueue(songs, index, next) {
  Object.assign(queue, { songs, index, next });
}

export function readSong(button) {
  const { trackId, title, artist, mood, moodWord, duration } = button.dataset;
  return { id: trackId, title: title || "Untitled", artist: artist || "", mood: mood || "neutral", moodWord: moodWord || "", durationS: Number(duration) || 0 };
}

function songOfTrack(track) {
  const word = track.emotion_name ?? "";
  return { id: track.id, title: track.title || "Untitled", artist: track.artist || "", mood: "", moodWord: word, durationS: track.duration_s ?? 0 };
}

// The songs of a list's page: `{songs, next}`, where `next` asks for the page after it. Raises Error in words.
export async function readPage(address, mood) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail ?? "mer could not read the list.");
  const songs = body.items.map((track) => ({ ...songOfTrack(track), mood: mood || "neutral" }));
  if (body.next === null) return { songs, next: null };
  const following = new URL(address, location.origin);
  following.searchParams.set("cursor", body.next);
  return { songs, next: { address: following.pathname + following.search, mood } };
}

export function pageAddress(query) {
  const address = new URL(query, location.origin);
  if (!address.searchParams.has("limit")) address.searchParams.set("limit", String(PAGE_SIZE));
  return address.pathname + address.search;
}

// Songs past the rows that are loaded, before they are needed.
export async function extendQueue() {
  if (queue.next === null || queue.songs.length - queue.index > AHEAD) return;
  const asked = queue.next;
  queue.next = null;
  try {
    const page = await readPage(asked.address, asked.mood);
    queue.songs.push(...page.songs);
    queue.next = page.next;
  } catch (error) {
    queue.next = asked;
    throw error;
  }
  if (queue.index > KEPT_BEHIND) {
    queue.songs.splice(0, queue.index - KEPT_BEHIND);
    queue.index = KEPT_BEHIND;
  }
}
