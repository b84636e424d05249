/* One conversation on screen: asks, streams, stops, and opens a stored one. */

import { troubleCard } from "./abstention.js";
import { byId, element, motion } from "./elements.js";
import * as server from "./server.js";
import { Turn } from "./turn.js";

const HEARD = {
  understood: (turn, data) => turn.understood(data),
  passages: (turn, data) => turn.passages(data),
  evidence: (turn, data) => turn.evidence(data),
  statement: (turn, data) => turn.statement(data.statement ?? data),
  abstention: (turn, data) => turn.abstention(data.abstention ?? data),
  answer: (turn, data) => turn.finish(data),
};

export class Thread extends EventTarget {
  /** `filters()` gives the filters of the next question, or null. */
  constructor(filters) {
    super();
    this.filters = filters;
    this.node = byId("thread");
    this.id = null;
    this.asking = null;
    this.shown = 0;
  }

  get isEmpty() {
    return this.node.childElementCount === 0;
  }

  get isAsking() {
    return this.asking !== null;
  }

  clear() {
    this.stop();
    this.shown += 1;
    this.id = null;
    this.node.replaceChildren();
    this.changed();
  }

  async open(id) {
    this.clear();
    this.id = id;
    const showing = this.shown;
    this.node.append(element("p", { class: "progress" }, "Opening the conversation"));
    this.changed();
    try {
      const { turns } = await server.conversation(id);
      if (showing !== this.shown) return;
      this.node.replaceChildren(...turns.map(({ question, answer }) => Turn.stored(question, answer, () => this.ask(question)).node));
      this.node.lastElementChild?.scrollIntoView({ block: "start" });
    } catch (error) {
      if (showing !== this.shown) return;
      this.id = null;
      this.node.replaceChildren(troubleCard(error, error.status === 404 ? null : () => this.open(id)));
    }
    this.changed();
  }

  async ask(question) {
    if (this.isAsking) return;
    const turn = new Turn(question, () => this.again(turn));
    turn.live();
    this.node.append(turn.node);
    turn.node.scrollIntoView({ block: "start", behavior: motion() });
    await this.stream(turn);
  }

  /** A question that failed or was stopped is asked again in its own place. */
  again(turn) {
    if (this.isAsking) return;
    turn.node.remove();
    this.ask(turn.question);
  }

  async stream(turn) {
    const asking = new AbortController();
    const before = this.id;
    const showing = this.shown;
    this.asking = asking;
    this.changed();
    try {
      for await (const { name, data } of server.ask(this.request(turn.question), asking.signal)) {
        if (asking.signal.aborted) break;
        if (name === "understood") this.startedAs(data.conversation_id);
        HEARD[name]?.(turn, data);
      }
      if (asking.signal.aborted) turn.stopped();
    } catch (error) {
      if (asking.signal.aborted) turn.stopped();
      else turn.fail(error instanceof server.ServerError ? error : new server.ServerError("Error", String(error)));
    } finally {
      if (this.asking === asking) this.asking = null;
      // A conversation whose first answer never came is not kept by the server either.
      if (!turn.answered && showing === this.shown) this.startedAs(before);
      this.changed();
      this.dispatchEvent(new Event("asked"));
    }
  }

  request(question) {
    const request = { question };
    const filters = this.filters();
    if (this.id) request.conversation_id = this.id;
    if (filters) request.filters = filters;
    return request;
  }

  startedAs(id) {
    if (this.id === (id ?? null)) return;
    this.id = id ?? null;
    this.dispatchEvent(new Event("started"));
  }

  stop() {
    this.asking?.abort();
    this.asking = null;
  }

  changed() {
    this.dispatchEvent(new Event("changed"));
  }
}
