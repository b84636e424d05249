/* Adding reports: by button or by dropping files and folders; every file gets its own outcome. */

import { openSource } from "./citations.js";
import { announce, element, icon, plural } from "./elements.js";
import { labelOf } from "./references.js";
import * as server from "./server.js";

const OUTCOMES = {
  waiting: "Waiting",
  sending: "Sending…",
  received: "Received",
  reading: "Reading…",
  added: "Added",
  changed: "Replaced",
  unchanged: "Already here",
  shadowed: "Told better by another file",
  failed: "Failed",
};
const ACCEPTED = ".txt,.text,.md,.markdown,.html,.htm,.xhtml,.xml,.nxml,.pdf,.docx,.jsonl,.json";

// Files go together while they are few and small: each is told of as it is done, and a large one keeps no other waiting to be sent.
const GROUP_FILES = 20;
const GROUP_BYTES = 16e6;
const PENDING = new Set(["waiting", "sending", "received", "reading"]);

export class Uploads {
  /** `onDone` is called after each batch that reached the library. */
  constructor(onDone) {
    this.onDone = onDone;
    this.queue = [];
    this.running = false;
    this.outcomes = element("ul", { class: "uploads", "aria-label": "Files", "aria-live": "polite", hidden: true });
    this.input = element("input", { type: "file", id: "files", multiple: true, accept: ACCEPTED, class: "visually-hidden" });
    this.input.addEventListener("change", () => {
      this.add([...this.input.files]);
      this.input.value = "";
    });
    const pick = element("label", { class: "button", for: "files" }, "Choose files");
    const words = element("span", {}, element("b", {}, "Drop reports here"), element("small", {}, "Text, Markdown, HTML, JATS XML, PDF, DOCX or BEIR JSONL. They stay on this server."));
    this.zone = element("div", { class: "drop" }, icon("upload"), words, this.input, pick);
    this.node = element("section", { "aria-label": "Add reports" }, this.zone, this.outcomes);
    this.listen();
  }

  /** Files may be dropped anywhere on the page: a miss must not make the browser leave it. */
  listen() {
    let depth = 0;
    const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    const over = (delta) => (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth += delta;
      document.body.classList.toggle("dropping", depth > 0);
    };
    window.addEventListener("dragenter", over(1));
    window.addEventListener("dragleave", over(-1));
    window.addEventListener("dragover", over(0));
    window.addEventListener("drop", async (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth = 0;
      document.body.classList.remove("dropping");
      location.hash = "#/library";
      this.add(await dropped(event.dataTransfer));
    });
  }

  add(files) {
    for (const file of files) {
      const line = element("li");
      this.queue.push({ file, line });
      this.outcomes.append(line);
      draw(line, file.name, { status: "waiting" });
    }
    this.outcomes.hidden = !this.outcomes.childElementCount;
    if (!this.running) this.run();
  }

  async run() {
    this.running = true;
    const counts = { read: 0, failed: 0 };
    while (this.queue.length) {
      const group = nextGroup(this.queue);
      await send(group);
      for (const { status } of group) counts[status === "failed" ? "failed" : "read"] += 1;
      this.tell(counts);
    }
    this.running = false;
    if (counts.read) await this.onDone();
  }

  tell({ read, failed }) {
    const left = this.queue.length;
    announce(`${plural(read, "file")} read, ${failed} failed${left ? `, ${left} to come` : ""}.`);
  }
}

function nextGroup(queue) {
  const group = [queue.shift()];
  let bytes = group[0].file.size;
  while (queue.length && group.length < GROUP_FILES && bytes + queue[0].file.size <= GROUP_BYTES) {
    bytes += queue[0].file.size;
    group.push(queue.shift());
  }
  return group;
}

/** Sends a group and shows how each file gets on; at the end every one has its outcome. */
async function send(group) {
  for (const one of group) show(one, { status: "sending" });
  try {
    let done = 0;
    for await (const { name, data } of server.upload(group.map(({ file }) => file))) {
      if (name === "received") show(group.find(({ status }) => status === "sending"), { status: "received" });
      if (name === "outcome") show(group[done++], data);
      if (name !== "results" && done < group.length && group.every(({ status }) => status !== "sending")) show(group[done], { status: "reading" });
    }
  } catch (error) {
    // A refusal (one file over the limit) is for one file: the others are sent again, each alone.
    if (group.length > 1 && error.status === 413) return sendEach(group);
    for (const one of group.filter(({ status }) => PENDING.has(status))) show(one, { status: "failed", reason: error.message });
  }
}

async function sendEach(group) {
  for (const one of group) await send([one]);
}

function show(one, outcome) {
  one.status = outcome.status;
  draw(one.line, one.file.name, outcome);
}

function draw(line, name, { status, reports = [], paragraphs, reason }) {
  line.className = `upload ${Object.hasOwn(OUTCOMES, status) ? status : "added"}`;
  const what = element("span", { class: "upload-status" }, OUTCOMES[status] ?? status);
  const detail = [reason, paragraphs ? plural(paragraphs, "paragraph") : null].filter(Boolean).join(" · ");
  line.replaceChildren(element("span", { class: "upload-name" }, name), what, ...(detail ? [element("small", {}, detail)] : []), ...openers(reports));
}

function openers(reports) {
  return reports.slice(0, 3).map((id) => {
    const opener = element("button", { type: "button", class: "link-button" }, "Open", element("span", { class: "visually-hidden" }, ` ${labelOf(id)}`));
    opener.addEventListener("click", () => openSource(opener, id, null));
    return opener;
  });
}

/** All files of a drop, those inside dropped folders too. */
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  return (await Promise.all(entries.map(filesOf))).flat();
}

async function filesOf(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const files = [];
  for (;;) {
    // A folder is read in portions; an empty one is its end.
    const portion = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!portion.length) return files;
    files.push(...(await Promise.all(portion.map(filesOf))).flat());
  }
}
