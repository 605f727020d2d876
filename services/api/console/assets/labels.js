// Labels tracks by documented requests, and takes that back: what stood before is said again, or nothing is.
import { reportOffline } from "./offline.js";

const AT_ONCE = 4;
const undoable = [];

async function request(address, options = {}) {
  const answer = await fetch(address, { ...options, headers: { Accept: "application/json", ...(options.body ? { "Content-Type": "application/json" } : {}) } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail ?? "mer refused this.");
  return body;
}

function addressOf(id, info) {
  return `/tracks/${encodeURIComponent(id)}/annotations/${encodeURIComponent(info.annotator)}`;
}

function put(id, emotion, info) {
  return request(addressOf(id, info), { method: "PUT", body: JSON.stringify({ emotion, taxonomy: info.taxonomy }) });
}

async function labelOne(id, emotion, info) {
  const given = (await request(`/tracks/${encodeURIComponent(id)}/annotations`)).items;
  const said = await put(id, emotion, info);
  const own = given.filter((one) => one.annotator.kind === "person" && one.annotator.name === said.annotator.name && one.taxonomy === info.taxonomy && one.state === "standing");
  return { id, before: own.at(-1)?.emotion ?? null };
}

async function undoOne(step, info) {
  if (step.before !== null) await put(step.id, step.before, info);
  else await request(`${addressOf(step.id, info)}?taxonomy=${encodeURIComponent(info.taxonomy)}`, { method: "DELETE" });
}

// Runs `act` for each item, some at once. `{done, error}`: what went well, and the first thing that did not.
async function runAll(items, act) {
  const waiting = [...items];
  const done = [];
  let error = null;
  async function work() {
    while (waiting.length > 0 && error === null) {
      const item = waiting.shift();
      try {
        done.push(await act(item));
      } catch (problem) {
        error ??= problem;
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (error instanceof TypeError) reportOffline();
  return { done, error };
}

// `{steps, error}`: what was labelled; one action, which `undoLast` takes back as one. `shown` is given back then.
export async function labelTracks(ids, emotion, info, shown) {
  const { done, error } = await runAll(ids, (id) => labelOne(id, emotion, info));
  if (done.length > 0) undoable.push({ steps: done, info, shown });
  return { steps: done, error };
}

// `{steps, error, shown}` of the last action that was not taken back yet; null where there is none.
export async function undoLast() {
  const action = undoable.pop();
  if (action === undefined) return null;
  const { done, error } = await runAll(action.steps, async (step) => {
    await undoOne(step, action.info);
    return step;
  });
  const left = action.steps.filter((step) => !done.includes(step));
  if (left.length > 0) undoable.push({ ...action, steps: left });
  return { steps: done, error, shown: action.shown };
}
