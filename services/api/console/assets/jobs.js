// Work in progress: bars, rates and the tab's title follow the events of a job, and the page is read again as songs come.
import { announce } from "./announcer.js";

const REFRESH_MS = 5000;
const PLAIN_TITLE = /^\d+ % · /;
let source = null;
let latest = null;
let refreshTimer = 0;

function format(number) {
  return number.toLocaleString("en-US");
}

function formatLeft(seconds) {
  if (seconds < 45) return "less than a minute left";
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `about ${minutes === 1 ? "a minute" : `${minutes} minutes`} left`;
  return `about ${Math.round(minutes / 60)} hours left`;
}

function formatClock(seconds) {
  const end = new Date(Date.now() + seconds * 1000);
  return end.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

function describe(job) {
  const { requested, done, failed, skipped } = job.items;
  if (requested === 0) return "Looking for files";
  const parts = [`${format(done + failed + skipped)} of ${format(requested)}`];
  if (job.waits !== null) parts.push("waits for the end of the quiet hours");
  else if (job.parked !== null) parts.push(job.parked.detail);
  else {
    if (job.rate_per_s) parts.push(`${format(Math.max(1, Math.round(job.rate_per_s * 60)))} a minute`);
    if (job.time_left_s) parts.push(`${formatLeft(job.time_left_s)}, done at about ${formatClock(job.time_left_s)}`);
  }
  if (failed) parts.push(`${format(failed)} could not be read`);
  return parts.join(" · ");
}

function show(job) {
  const { requested, done, failed, skipped } = job.items;
  const share = requested ? (done + failed + skipped) / requested : 0;
  const percent = Math.floor(100 * share);
  document.title = `${percent} % · ${document.title.replace(PLAIN_TITLE, "")}`;
  const block = document.querySelector(`[data-job="${job.id}"]`);
  if (block === null) return;
  block.querySelector("[data-job-line]").textContent = describe(job);
  const bar = block.querySelector("[data-progress]");
  bar.setAttribute("width", String(1000 * share));
  bar.closest("svg").setAttribute("aria-valuenow", String(percent));
}

// Reads the page again and takes over its live parts; focus and scroll stay where they are.
export async function refreshPage() {
  clearTimeout(refreshTimer);
  let answer;
  try {
    answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  } catch {
    refreshTimer = setTimeout(refreshPage, REFRESH_MS);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.title = page.title;
  const focusedId = document.activeElement?.id;
  for (const fresh of page.querySelectorAll("#main [data-live]")) {
    const old = document.getElementById(fresh.id);
    for (const unfolded of old?.querySelectorAll("details[open][id]") ?? []) {
      fresh.querySelector(`#${CSS.escape(unfolded.id)}`)?.setAttribute("open", "");
    }
    if (old !== null && old.innerHTML !== fresh.innerHTML) {
      old.replaceChildren(...fresh.childNodes);
      window.htmx.process(old);
    }
  }
  if (focusedId) document.getElementById(focusedId)?.focus({ preventScroll: true });
  connect();
}

function scheduleRefresh() {
  clearTimeout(refreshTimer);
  if (document.querySelector("[data-refresh]") !== null) refreshTimer = setTimeout(refreshPage, REFRESH_MS);
}

function stopFollowing() {
  source.close();
  source = null;
  latest = null;
}

// Follows the job of the page. On a page without one the job is followed further: the tab's title carries the progress.
function connect() {
  const id = document.querySelector("[data-job]")?.dataset.job;
  if (source !== null && id !== undefined && source.jobId !== id) stopFollowing();
  scheduleRefresh();
  if (latest !== null) show(latest);
  if (id === undefined || source !== null) return;
  source = new EventSource(`/jobs/${id}/events`);
  source.jobId = id;
  source.addEventListener("job", (event) => {
    latest = JSON.parse(event.data);
    show(latest);
  });
  source.addEventListener("end", () => {
    stopFollowing();
    document.title = document.title.replace(PLAIN_TITLE, "");
    announce("The work has ended");
    refreshPage();
  });
}

async function request(button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  const note = document.getElementById(button.dataset.note);
  const bodies = button.dataset.bodies ? JSON.parse(button.dataset.bodies).map(JSON.stringify) : [button.dataset.body];
  let words = null;
  try {
    for (const body of bodies) {
      const answer = await fetch(button.dataset.request, {
        method: button.dataset.method ?? "POST",
        headers: body ? { "Content-Type": "application/json" } : {},
        body,
      });
      if (!answer.ok) words = (await answer.json()).detail;
    }
    if (words === null) {
      await refreshPage();
      document.querySelector("h1")?.focus({ preventScroll: true });
      return;
    }
  } catch {
    words = "mer does not answer. Try again in a moment.";
  }
  button.removeAttribute("aria-disabled");
  if (note !== null) note.textContent = words;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-request]");
  if (button !== null) request(button);
});
document.addEventListener("mer:page", connect);
connect();
