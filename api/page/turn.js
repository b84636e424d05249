/* One question and its answer, as it grows out of the stream or as it was stored. */

import { abstentionCard, troubleCard } from "./abstention.js";
import { judging, saving, warned } from "./after.js";
import { byMarker, openSource, proofOf, sentence } from "./citations.js";
import { announce, button, element, icon, plural } from "./elements.js";
import { therapyBoard } from "./evidence.js";
import { digestBadge, labelOf, publishedIn, rememberAnswer, sectionOf } from "./references.js";

let count = 0;

const sameQuestion = (one, other) => one.trim().replace(/\s+/g, " ") === other.trim().replace(/\s+/g, " ");
const markersOf = (statement) => [...new Set(statement.citations.map((citation) => `[${citation.marker}]`))].join("");

export class Turn {
  /** `retry` asks the same question again. */
  constructor(question, retry) {
    this.question = question;
    this.retry = retry;
    this.statements = [];
    this.searchedAs = question;
    this.answered = false;
    const id = `question-${++count}`;
    this.searched = element("p", { class: "searched-as", hidden: true });
    this.progress = element("p", { class: "progress" }, "Searching the reports");
    this.text = element("div", { class: "answer" });
    this.after = element("div", { class: "after" });
    this.foot = element("div", { class: "foot" });
    const heading = element("h2", { class: "asked", id }, question);
    this.node = element("article", { class: "turn", "aria-labelledby": id }, heading, this.searched, this.progress, this.text, this.after, this.foot);
  }

  /** A stored answer, shown whole. */
  static stored(question, answer, retry) {
    const turn = new Turn(question, retry);
    turn.understood(answer);
    turn.finish(answer);
    return turn;
  }

  /** From now on sentences are read aloud as they come. */
  live() {
    this.text.setAttribute("aria-live", "polite");
    this.node.setAttribute("aria-busy", "true");
  }

  understood({ standalone_question, warnings }) {
    const told = this.node.querySelector(".warned") ? null : warned(warnings);
    if (told) this.searched.before(told);
    if (!standalone_question) return;
    this.searchedAs = standalone_question;
    if (sameQuestion(standalone_question, this.question)) return;
    this.searched.replaceChildren("Searched as: ", element("q", {}, standalone_question));
    this.searched.hidden = false;
  }

  passages({ passages }) {
    rememberAnswer({ passages });
    const reports = new Set(passages.map((passage) => passage.report_id)).size;
    this.progress.textContent = `Reading ${plural(passages.length, "passage")} from ${plural(reports, "report")}`;
  }

  evidence({ evidence }) {
    rememberAnswer({ evidence });
    this.board?.remove();
    this.board = therapyBoard(evidence);
    if (this.board) this.after.append(this.board);
  }

  statement(statement) {
    rememberAnswer({ statements: [statement] });
    const previous = this.statements.at(-1);
    this.statements.push(statement);
    if (!previous || !sharesReport(previous, statement)) this.text.append(element("p"));
    this.text.lastElementChild.append(sentence(statement, () => this.citations));
  }

  abstention(abstention) {
    rememberAnswer({ abstention });
    this.text.replaceChildren(abstentionCard(abstention, this.searchedAs));
  }

  get citations() {
    return this.statements.flatMap((statement) => statement.citations);
  }

  /** The complete answer: fills in whatever the stream has not shown yet. */
  finish(answer) {
    rememberAnswer(answer);
    if (this.statements.length !== answer.statements.length) {
      this.statements = [];
      this.text.replaceChildren();
      for (const statement of answer.statements) this.statement(statement);
    }
    if (answer.abstention) this.abstention(answer.abstention);
    this.evidence(answer);
    this.after.append(...[this.sources()].filter(Boolean));
    this.foot.replaceChildren(...[this.copying(answer), saving(this.question, answer), judging(this.question), made(answer)].filter(Boolean));
    this.answered = true;
    this.done();
    if (this.text.hasAttribute("aria-live")) announce(answer.abstained ? "No answer in the library." : finished(this.statements));
  }

  fail(error) {
    this.done();
    this.foot.replaceChildren(troubleCard(error, this.retry));
  }

  stopped() {
    this.done();
    this.foot.replaceChildren(element("p", { class: "stopped" }, "Stopped. "), button([icon("retry"), "Ask again"], this.retry));
    if (this.node.isConnected) announce("Stopped.");
  }

  done() {
    this.progress.remove();
    this.node.removeAttribute("aria-busy");
  }

  /** The cited reports, each with the numbers of its cited paragraphs. */
  sources() {
    const cited = [...byMarker(this.citations).values()].map(([first]) => first).sort((one, other) => one.marker - other.marker);
    if (!cited.length) return null;
    const reports = byReport(cited);
    const list = element("ul", { class: "source-list" }, [...reports.values()].map((citations) => this.sourceLine(citations)));
    return element("section", { class: "sources" }, element("h3", {}, "Sources"), list);
  }

  sourceLine(citations) {
    const [{ report_id, reference }] = citations;
    const title = element("button", { type: "button", class: "source-button" }, reference.title);
    title.addEventListener("click", () => this.openProof(title, citations[0]));
    const label = element("span", { class: "source-label" }, reference.authors?.length ? labelOf(report_id, reference) : null, digestBadge(reference));
    const published = publishedIn(reference);
    const proofs = element("ul", { class: "proofs" }, citations.map((citation) => element("li", {}, this.proofButton(citation))));
    return element("li", {}, label, title, published ? element("small", {}, published) : null, proofs);
  }

  proofButton(citation) {
    const where = [sectionOf(citation.section), citation.page && `page ${citation.page}`].filter(Boolean).join(", ") || "Text";
    const number = element("span", { class: "number" }, String(citation.marker));
    const node = element("button", { type: "button", class: "proof-button" }, number, where);
    node.addEventListener("click", () => this.openProof(node, citation));
    return node;
  }

  openProof(opener, citation) {
    const proofs = this.citations.filter((other) => other.report_id === citation.report_id);
    openSource(opener, citation.report_id, proofOf(citation), proofs.map(proofOf));
  }

  copying(answer) {
    if (!navigator.clipboard || !this.statements.length) return null;
    const copy = button([icon("copy"), "Copy with sources"], async () => {
      await navigator.clipboard.writeText(asText(answer, this.citations));
      copy.lastChild.textContent = "Copied";
      announce("Copied.");
      setTimeout(() => (copy.lastChild.textContent = "Copy with sources"), 2000);
    }, { class: "link-button" });
    return copy;
  }
}

function byReport(citations) {
  const reports = new Map();
  for (const citation of citations) reports.set(citation.report_id, [...(reports.get(citation.report_id) ?? []), citation]);
  return reports;
}

function sharesReport(one, other) {
  const reports = new Set(one.citations.map((citation) => citation.report_id));
  return !other.citations.length || other.citations.some((citation) => reports.has(citation.report_id));
}

function finished(statements) {
  const reports = new Set(statements.flatMap((statement) => statement.citations.map((citation) => citation.report_id))).size;
  return `Answer complete: ${plural(statements.length, "sentence")} from ${plural(reports, "report")}.`;
}

function made({ reader, timings_ms }) {
  const spent = Object.values(timings_ms ?? {}).reduce((sum, part) => sum + part, 0);
  const time = spent >= 1000 ? `${(spent / 1000).toFixed(1)} s` : `${Math.round(spent)} ms`;
  const parts = [reader && `${reader} reader`, spent > 0 && time].filter(Boolean);
  return parts.length ? element("span", { class: "made" }, parts.join(" · ")) : null;
}

/** The answer as plain text with its numbered references, for a letter or a set of notes. */
function asText(answer, citations) {
  const sentences = answer.statements.map((statement) => [statement.text, markersOf(statement)].filter(Boolean).join(" "));
  const lines = [...byMarker(citations).values()]
    .map(([first]) => first)
    .sort((one, other) => one.marker - other.marker)
    .map(({ marker, reference, quote }) => {
      const source = [reference.authors?.join(", "), reference.title, publishedIn(reference), reference.link].filter(Boolean).join(". ");
      return `[${marker}] ${source}${reference.digest ? " (digest)" : ""}\n    “${quote}”`;
    });
  return `${answer.standalone_question}\n\n${sentences.join(" ")}\n\n${lines.join("\n")}\n`;
}
