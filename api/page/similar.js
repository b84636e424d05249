/* Similar patients: a pasted vignette in, the library's most similar patients out, every feature with its sentence. */

import { troubleCard } from "./abstention.js";
import { openSource, proofOf, quoted } from "./citations.js";
import { announce, byId, button, element, plural } from "./elements.js";
import { therapyBoard } from "./evidence.js";
import { digestBadge, labelOf, publishedIn, remember } from "./references.js";
import * as server from "./server.js";

const AT_FIRST = 10;
const KINDS = { sex: "sex", age: "age", diagnosis: "diagnosis", antibody: "antibody", antibody_negative: "negative antibody", finding: "finding" };

export class Similar {
  constructor() {
    this.view = byId("similar-view");
    this.field = element("textarea", { id: "vignette", rows: "6", "aria-describedby": "vignette-hint", placeholder: "A 54-year-old woman with anti-Mi2 dermatomyositis and calcinosis of the back; methotrexate failed …" });
    this.send = element("button", { type: "submit", class: "button primary" }, "Find similar patients");
    this.result = element("div", { class: "similar-result" });
    const form = element(
      "form",
      { class: "similar-form", on: { submit: (event) => this.find(event) } },
      element("label", { for: "vignette" }, "Describe a patient"),
      this.field,
      element("p", { class: "hint", id: "vignette-hint" }, "Age, sex, diagnoses, antibodies, findings. Leave out names, dates and record numbers."),
      this.send,
    );
    const title = element("h1", { id: "similar-title", tabindex: "-1" }, "Similar patients");
    this.view.replaceChildren(element("div", { class: "column wide" }, title, form, this.result));
  }

  async find(event) {
    event?.preventDefault();
    const vignette = this.field.value.trim();
    if (!vignette) return this.field.focus();
    this.finding?.abort();
    this.finding = new AbortController();
    this.send.disabled = true;
    this.result.replaceChildren(element("p", { class: "progress" }, "Comparing patients"));
    try {
      this.show(await server.similar(vignette, AT_FIRST, this.finding.signal));
    } catch (error) {
      if (error.name !== "AbortError") this.result.replaceChildren(troubleCard(error, () => this.find()));
    } finally {
      this.send.disabled = false;
    }
  }

  show({ described, patients, searched_reports, warnings }) {
    for (const { report_id, reference } of patients) remember(report_id, reference);
    const said = patients.length
      ? `${plural(patients.length, "patient")}, the most similar first, out of ${plural(searched_reports, "report")}`
      : `Nobody in ${plural(searched_reports, "report")} is like this.`;
    this.result.replaceChildren(
      ...warnings.map((warning) => element("p", { class: "warning", role: "alert" }, warning)),
      element("p", { class: "understood" }, element("b", {}, "Looked for: "), understood(described)),
      element("h2", {}, said),
      element("ol", { class: "similar-list" }, patients.map((patient) => element("li", {}, card(patient)))),
    );
    announce(said);
  }
}

function understood({ age, sex, diagnoses, antibodies_positive, antibodies_negative, findings, therapies }) {
  const parts = [sex, age && `aged ${age}`, ...diagnoses, ...antibodies_positive.map((name) => `${name} positive`), ...antibodies_negative.map((name) => `${name} negative`), ...findings];
  const tried = therapies.length ? `; tried: ${therapies.join(", ")}` : "";
  const told = parts.filter(Boolean).join(", ");
  return told ? `${told}${tried}` : `the words alone, for no feature in them is known${tried}`;
}

function card(patient) {
  const { report_id, reference } = patient;
  const title = button(`${labelOf(report_id)}: ${patient.patient}`, () => openSource(title, report_id, null), { class: "report-title" });
  return element(
    "article",
    { class: "similar-card" },
    title,
    element("small", {}, digestBadge(reference), publishedIn(reference)),
    features("Same", patient.shared, patient),
    features("Different", patient.differing, patient),
    patient.not_reported.length ? element("p", { class: "features" }, element("b", {}, "Not reported: "), patient.not_reported.join(", ")) : null,
    patient.tried.length ? therapyBoard(patient.tried, { title: "Tried", withReport: false }) : element("p", { class: "features" }, "No therapy is told of this patient."),
  );
}

/** Each feature is a button that opens the sentence which tells it. */
function features(name, compared, { report_id }) {
  if (!compared.length) return null;
  return element("p", { class: `features ${name.toLowerCase()}` }, element("b", {}, `${name}: `), compared.map((one) => feature(one, report_id)));
}

function feature({ kind, asked, told }, reportId) {
  const words = told.value === asked ? told.value : `${told.value} (asked: ${asked})`;
  const node = button(words, () => openSource(node, reportId, proofOf(told)), { class: "feature-button", "aria-label": `${KINDS[kind] ?? kind}: ${words}` });
  return quoted(node, told, () => labelOf(reportId));
}
