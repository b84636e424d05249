/* The source pane: one report, its cited paragraph in view, the quote marked. */

import { troubleCard } from "./abstention.js";
import { contains } from "./citations.js";
import { byId, element, icon, iconButton, motion } from "./elements.js";
import { caseFacts } from "./facts.js";
import { runs } from "./quotes.js";
import { labelOf, originalLink, publishedIn, remember, sectionOf } from "./references.js";
import * as server from "./server.js";

const AUTHORS_SHOWN = 6;
const KINDS = new Set(["text", "list", "table", "caption"]);

export class SourcePane {
  constructor() {
    this.pane = byId("source");
    this.reports = new Map();
    this.opener = null;
    this.location = element("p", { class: "location" });
    this.steps = element("div", { class: "steps", role: "group", "aria-label": "Quotes in this report" });
    this.scroll = element("div", { class: "source-scroll", tabindex: "0", role: "region", "aria-label": "Text of the report" });
    const close = iconButton("close", "Close the source", () => this.close());
    this.pane.replaceChildren(element("div", { class: "source-bar" }, this.location, this.steps, close), this.scroll);
    document.addEventListener("open-source", ({ detail }) => this.open(detail));
    this.sheet = window.matchMedia("(max-width: 900px)");
    this.sheet.addEventListener("change", () => this.hold());
  }

  get isOpen() {
    return !this.pane.hidden;
  }

  async open({ reportId, active = null, proofs = [], opener }) {
    this.opener = opener;
    this.wanted = { reportId, active };
    this.pane.hidden = false;
    document.body.classList.add("with-source");
    this.markOpener();
    this.hold();
    const report = await this.fetched(reportId, () => this.open({ reportId, active, proofs, opener }));
    if (!report || this.wanted.active !== active || this.wanted.reportId !== reportId) return;
    this.report = report;
    this.active = active;
    this.proofs = ordered(report, distinct(active?.quote ? [active, ...proofs] : proofs, active));
    this.show();
  }

  /** The report from memory or the server; null after a failure, which is shown with a way to try again. */
  async fetched(reportId, retry) {
    if (this.reports.has(reportId)) return this.reports.get(reportId);
    this.wait(reportId);
    try {
      const report = await server.report(reportId);
      remember(reportId, report.reference);
      this.reports.set(reportId, report);
      return report;
    } catch (error) {
      if (this.wanted.reportId === reportId) this.scroll.replaceChildren(heading(labelOf(reportId)), troubleCard(error, retry));
      return null;
    }
  }

  /** After an upload or a removal the kept texts may be stale. */
  forget() {
    this.reports.clear();
  }

  wait(reportId) {
    this.location.textContent = "Opening…";
    this.steps.replaceChildren();
    const lines = Array.from({ length: 7 }, () => element("span", { class: "bone" }));
    this.scroll.replaceChildren(heading(labelOf(reportId)), element("div", { class: "skeleton", "aria-label": "Loading" }, lines));
  }

  show() {
    const { reference, paragraphs } = this.report;
    this.scroll.replaceChildren(...[...bibliography(reference), caseFacts(this.report), this.body(paragraphs)].filter(Boolean));
    this.locate();
    this.drawSteps();
    this.scroll.querySelector("#source-title").focus({ preventScroll: true });
    this.bringIntoView();
  }

  body(paragraphs) {
    const body = element("div", { class: "report-text" });
    let section = "";
    for (const paragraph of paragraphs) {
      const here = sectionOf(paragraph.section);
      if (here && here !== section) body.append(element("h3", {}, here));
      section = here;
      body.append(this.paragraph(paragraph));
    }
    return body;
  }

  paragraph(paragraph) {
    const cited = this.active?.paragraphId === paragraph.id;
    const here = this.proofs.filter((proof) => proof.paragraphId === paragraph.id);
    const active = here.find((proof) => same(proof, this.active)) ?? null;
    const content = runs(paragraph.text, here, active).map(({ text, proof }) =>
      proof ? element("mark", { class: proof === active ? "active" : null }, text) : text,
    );
    const kind = KINDS.has(paragraph.kind) ? paragraph.kind : "text";
    const number = element("span", { class: "paragraph-number", "aria-hidden": "true" }, numberOf(paragraph.id));
    return element("div", { class: `paragraph ${kind}${cited ? " cited" : ""}`, "data-paragraph": paragraph.id }, number, element("p", {}, content));
  }

  locate() {
    const paragraph = this.report.paragraphs.find((one) => one.id === this.active?.paragraphId);
    const parts = paragraph ? [sectionOf(paragraph.section), paragraph.page && `page ${paragraph.page}`, `paragraph ${numberOf(paragraph.id)}`] : [];
    this.location.textContent = parts.filter(Boolean).join(" · ") || labelOf(this.report.id, this.report.reference);
  }

  drawSteps() {
    const at = this.proofs.findIndex((proof) => same(proof, this.active));
    if (this.proofs.length < 2) return this.steps.replaceChildren();
    const go = (step) => () => this.step((at + step + this.proofs.length) % this.proofs.length);
    const count = element("span", {}, `${at < 0 ? "–" : at + 1} of ${this.proofs.length}`);
    return this.steps.replaceChildren(iconButton("up", "Previous quote", go(-1)), count, iconButton("down", "Next quote", go(at < 0 ? 0 : 1)));
  }

  step(index) {
    const focused = document.activeElement?.getAttribute("aria-label");
    this.active = this.proofs[index];
    this.scroll.querySelector(".report-text").replaceWith(this.body(this.report.paragraphs));
    this.locate();
    this.drawSteps();
    this.bringIntoView();
    this.steps.querySelector(`[aria-label="${focused === "Previous quote" ? "Previous quote" : "Next quote"}"]`)?.focus();
  }

  bringIntoView() {
    const target = this.scroll.querySelector("mark.active") ?? this.scroll.querySelector(".paragraph.cited");
    if (!target) this.scroll.scrollTop = 0;
    else target.scrollIntoView({ block: "center", behavior: motion() });
  }

  close() {
    if (!this.isOpen) return;
    this.pane.hidden = true;
    document.body.classList.remove("with-source");
    this.wanted = {};
    this.markOpener();
    this.hold();
    if (this.opener?.isConnected) this.opener.focus();
  }

  /** On a narrow screen the pane is a sheet over everything: the page behind it is out of reach until it closes. */
  hold() {
    const covering = this.isOpen && this.sheet.matches;
    for (const part of ["main", "side"]) byId(part).toggleAttribute("inert", covering);
    document.querySelector(".top").toggleAttribute("inert", covering);
    this.pane.toggleAttribute("aria-modal", covering);
    if (covering) this.pane.setAttribute("role", "dialog");
    else this.pane.removeAttribute("role");
  }

  markOpener() {
    for (const node of document.querySelectorAll("[aria-expanded='true'].marker, .is-open")) node.classList.remove("is-open");
    if (this.isOpen) this.opener?.classList.add("is-open");
  }
}

const same = (one, other) => Boolean(other) && one.paragraphId === other.paragraphId && one.start === other.start && one.end === other.end;
const numberOf = (paragraphId) => paragraphId.match(/#p(\d+)$/)?.[1] ?? "";
const heading = (title) => element("h2", { id: "source-title", tabindex: "-1" }, title);

/** Each proof once; a part of a longer one is left out unless it is the one that was asked for. */
function distinct(proofs, active) {
  return proofs.filter((proof, index) => {
    const first = proofs.findIndex((other) => same(other, proof)) === index;
    return first && (same(proof, active) || !proofs.some((other) => contains(other, proof)));
  });
}

function ordered(report, proofs) {
  const place = new Map(report.paragraphs.map((paragraph, index) => [paragraph.id, index]));
  return [...proofs].sort((one, other) => place.get(one.paragraphId) - place.get(other.paragraphId) || one.start - other.start);
}

function* bibliography(reference) {
  yield heading(reference.title);
  yield authors(reference.authors ?? []);
  yield element("p", { class: "published" }, [publishedIn(reference), reference.publication_type].filter(Boolean).join(" · "));
  if (reference.notice) yield element("p", { class: "report-notice" }, icon("alert"), element("span", {}, element("b", {}, "Notice: "), reference.notice));
  yield element("p", { class: "links" }, originalLink(reference), identifiers(reference));
  if (reference.digest) {
    yield element("p", { class: "digest-note" }, element("span", { class: "badge digest" }, "digest"), " A digest in our words, not the original.");
  }
}

function authors(names) {
  if (!names.length) return element("p", { class: "authors" }, "Authors not recorded");
  const rest = names.length - AUTHORS_SHOWN;
  const shown = names.slice(0, rest > 1 ? AUTHORS_SHOWN : names.length).join(", ");
  return element("p", { class: "authors", title: names.join(", ") }, shown, rest > 1 ? ` and ${rest} others` : "");
}

function identifiers({ doi, pmid, pmcid }) {
  const parts = [doi && `DOI ${doi}`, pmid && `PMID ${pmid}`, pmcid].filter(Boolean);
  return parts.length ? element("span", { class: "identifiers" }, parts.join(" · ")) : null;
}
