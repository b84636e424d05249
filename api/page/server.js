/* The one door to the server. Every failure is a ServerError: what the server said, or that it could not be reached. */

import { readEvents } from "./events.js";

export class ServerError extends Error {
  constructor(type, message, status = 0) {
    super(message);
    this.type = type;
    this.status = status;
  }

  get unreachable() {
    return this.type === "Unreachable";
  }
}

const watchers = new Set();

/** Calls `watcher(true | false)` after every request: did the server answer at all? */
export function onReach(watcher) {
  watchers.add(watcher);
}

function tell(reached) {
  for (const watcher of watchers) watcher(reached);
}

const unreachable = () => new ServerError("Unreachable", "The Casebook server does not answer. Is it still running?");
const isAbort = (error) => error?.name === "AbortError";

async function request(path, options = {}) {
  let response;
  try {
    response = await fetch(new URL(path, document.baseURI), options);
  } catch (error) {
    if (isAbort(error)) throw error;
    tell(false);
    throw unreachable();
  }
  tell(true);
  if (!response.ok) throw await refusal(response);
  return response;
}

async function refusal(response) {
  const body = await response.json().catch(() => null);
  const said = body?.error;
  if (said?.message) return new ServerError(said.type ?? "Error", said.message, response.status);
  return new ServerError("Error", `The server answered with status ${response.status} and gave no reason.`, response.status);
}

const json = (method, body) => ({ method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
const reportPath = (id) => `v1/reports/${encodeURIComponent(id)}`;
const conversationPath = (id) => `v1/conversations/${encodeURIComponent(id)}`;
const read = async (path, options) => (await request(path, options)).json();

/** Yields {name, data} until the server has said `answer` or `error`; a stream that ends before is a ServerError. */
export async function* ask(question, signal) {
  const response = await request("v1/chat/stream", { ...json("POST", question), signal });
  yield* until("answer", response, "The answer broke off before it was complete.");
}

async function* until(last, response, brokenOff) {
  try {
    for await (const event of readEvents(response.body)) {
      if (event.name === "error") throw new ServerError(event.data.error?.type ?? "Error", event.data.error?.message ?? "The server failed.");
      yield event;
      if (event.name === last) return;
    }
  } catch (error) {
    if (isAbort(error) || error instanceof ServerError) throw error;
    if (error instanceof TypeError) tell(false); // the connection broke; anything else is a garbled last event
  }
  throw new ServerError("BrokenOff", brokenOff);
}

export const conversations = () => read("v1/conversations");
export const conversation = (id) => read(conversationPath(id));
export const renameConversation = (id, title) => request(conversationPath(id), json("PATCH", { title }));
export const deleteConversation = (id) => request(conversationPath(id), { method: "DELETE" });
export const search = (query, signal) => read("v1/search", { ...json("POST", { query, k: 20 }), signal });
export const similar = (vignette, limit, signal) => read("v1/similar", { ...json("POST", { vignette, limit }), signal });
export const reports = (limit, offset) => read(`v1/reports?limit=${limit}&offset=${offset}`);
export const report = (id) => read(reportPath(id));
export const deleteReport = (id) => request(reportPath(id), { method: "DELETE" });
export const ready = () => read("ready");

export const giveFeedback = (given) => request("v1/feedback", json("POST", given));

/** An answer as a file: its content and the name that the server gave it. */
export async function exportAnswer(question, answer, format) {
  const response = await request("v1/export", json("POST", { format, question, answer }));
  const name = /filename="([\w.-]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? `answer.${format}`;
  return { blob: await response.blob(), name };
}

/** Uploads files; yields {name, data} as the server tells: `received` for each, then `outcome` for each, in their order. */
export async function* upload(files) {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  const response = await request("v1/reports", { method: "POST", body: form, headers: { Accept: "text/event-stream" } });
  yield* until("results", response, "The upload broke off before every file was read.");
}
