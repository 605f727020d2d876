// The rows of a long list: windows of a hundred, of which those near the visible ones are loaded. All others are as high
// as their rows, so that the scroll bar is true; a jump to any of them costs one page.
import { explain, reportOffline } from "./offline.js";
import { markPlaying } from "./player.js";
import { drawRow } from "./library_rows.js";

const NEAR_PX = "900px 0px";
const MOST_LOADED = 9;
const SETTLE_MS = 60;
// as many as a phone shows: a wider cell would make columns of its own there
const LEAST_COLUMNS = 4;

export class RowWindows {
  constructor(table, info, whenDrawn) {
    Object.assign(this, { table, info, whenDrawn });
    this.template = document.getElementById("library-row");
    this.count = Number(table.dataset.count);
    this.size = info.window;
    this.bodies = [];
    this.loading = new Map();
    this.near = new Set();
    this.cursors = null;
    this.observer = new IntersectionObserver((entries) => this.notice(entries), { rootMargin: NEAR_PX });
    this.build();
  }

  get isLong() {
    return this.count > this.size;
  }

  build() {
    const drawn = this.table.tBodies[0];
    const at = Number(drawn.dataset.window);
    const total = Math.ceil(this.count / this.size);
    for (let number = 0; number < total; number += 1) {
      this.bodies.push(number === at ? drawn : this.makeBody(number));
    }
    drawn.before(...this.bodies.slice(0, at));
    drawn.after(...this.bodies.slice(at + 1));
    if (!this.isLong) return;
    for (const body of this.bodies) this.observer.observe(body);
    this.readCursors().catch(() => {});
  }

  makeBody(number) {
    const body = document.createElement("tbody");
    body.dataset.window = String(number);
    body.dataset.songList = "";
    this.empty(body);
    return body;
  }

  rowsOf(number) {
    return Math.min(this.size, this.count - number * this.size);
  }

  empty(body) {
    const row = document.createElement("tr");
    row.className = "spacer";
    const cell = document.createElement("td");
    cell.colSpan = LEAST_COLUMNS;
    row.append(cell);
    row.style.setProperty("--rows", String(this.rowsOf(Number(body.dataset.window))));
    body.replaceChildren(row);
  }

  isLoaded(body) {
    return body.querySelector(".library-row") !== null;
  }

  readCursors() {
    this.cursors ??= this.ask("limit=1&pages=true").then((page) => page.pages).catch((error) => {
      this.cursors = null;
      throw error;
    });
    return this.cursors;
  }

  async ask(more) {
    const answer = await fetch(`${this.info.request}&${more}`, { headers: { Accept: "application/json" } });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.detail ?? "mer could not read these rows.");
    return body;
  }

  notice(entries) {
    for (const entry of entries) {
      if (entry.isIntersecting) this.near.add(entry.target);
      else this.near.delete(entry.target);
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      for (const body of this.near) if (!this.isLoaded(body)) this.load(body);
      this.forgetFar();
    }, SETTLE_MS);
  }

  load(body) {
    if (!this.loading.has(body)) this.loading.set(body, this.fill(body).finally(() => this.loading.delete(body)));
    return this.loading.get(body);
  }

  async fill(body) {
    const number = Number(body.dataset.window);
    try {
      const cursors = await this.readCursors();
      const after = number === 0 ? "" : `&cursor=${encodeURIComponent(cursors[number - 1])}`;
      const page = await this.ask(`limit=${this.size}${after}`);
      if (!body.isConnected) return;
      const first = number * this.size + 1;
      body.replaceChildren(...page.items.map((track, at) => drawRow(this.template, track, first + at, this.info)));
      if (page.next !== null) body.dataset.next = `${this.info.request}&limit=${this.size}&cursor=${encodeURIComponent(page.next)}`;
      window.htmx.process(body);
      markPlaying();
      this.whenDrawn(body);
    } catch (error) {
      if (error instanceof TypeError) reportOffline();
      this.showFailure(body, explain(error));
    }
  }

  showFailure(body, words) {
    if (this.isLoaded(body)) return;
    this.empty(body);
    const note = document.createElement("p");
    note.textContent = `${words} `;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = "Try again";
    button.addEventListener("click", () => this.load(body));
    note.append(button);
    body.querySelector("td").append(note);
  }

  forgetFar() {
    const loaded = this.bodies.filter((body) => this.isLoaded(body));
    const spare = loaded.filter((body) => !this.near.has(body) && !body.contains(document.activeElement));
    for (const body of spare.slice(0, Math.max(0, loaded.length - MOST_LOADED))) this.empty(body);
  }

  retry() {
    for (const body of this.near) if (!this.isLoaded(body)) this.load(body);
  }

  // The row before or after a row, loaded if need be; null at the ends.
  async findNeighbour(row, step) {
    const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
    if (next !== null) return next;
    const body = this.bodies[Number(row.parentElement.dataset.window) + step];
    if (body === undefined) return null;
    if (!this.isLoaded(body)) await this.load(body);
    const rows = body.querySelectorAll(".library-row");
    return rows[step > 0 ? 0 : rows.length - 1] ?? null;
  }

  // The numbers of the first and the last visible row.
  visibleRows(top, bottom) {
    const height = parseFloat(getComputedStyle(this.table).getPropertyValue("--row-height")) || 1;
    const start = this.bodies[0].getBoundingClientRect().top;
    const first = Math.min(this.count, Math.max(1, Math.floor((top - start) / height) + 1));
    return [first, Math.min(this.count, Math.max(first, Math.floor((bottom - start) / height)))];
  }

  close() {
    clearTimeout(this.timer);
    this.observer.disconnect();
  }
}
