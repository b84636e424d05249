/* What was read out of a report when it came in: its patients and the therapies tried on them, folded away until wanted. */

import { element } from "./elements.js";
import { therapyBoard } from "./evidence.js";

const PATIENT_FACTS = [
  ["age", "Age"],
  ["sex", "Sex"],
  ["diagnoses", "Diagnoses"],
  ["antibodies_positive", "Antibodies"],
  ["antibodies_negative", "Antibodies negative"],
  ["findings", "Findings"],
];

/** Facts come as {value, proof} or as plain values. */
const valueOf = (fact) => (fact !== null && typeof fact === "object" ? fact.value : fact);

function valuesOf(facts) {
  const values = (Array.isArray(facts) ? facts : [facts]).map(valueOf).filter((value) => value !== null && value !== undefined && value !== "");
  return [...new Set(values)].join(", ");
}

export function caseFacts(report) {
  const { patients = [], therapies = [] } = report.case ?? {};
  if (!patients.length && !therapies.length) return null;
  const labels = new Map(patients.map((patient) => [patient.id, patient.label]));
  const rows = therapies.map((therapy) => boardRow(report.id, therapy, labels));
  const board = therapyBoard(rows, { title: "Therapies", withReport: false });
  const summary = element("summary", {}, "Facts read from this report");
  const note = element("p", { class: "facts-note" }, "Read by machine, each with its sentence: check it against the text.");
  return element("details", { class: "facts" }, summary, note, patients.map(patientFacts), board);
}

function patientFacts(patient) {
  const lines = PATIENT_FACTS.flatMap(([name, word]) => {
    const values = valuesOf(patient[name]);
    return values ? [element("dt", {}, word), element("dd", {}, values)] : [];
  });
  return [element("h3", { class: "patient-name" }, patient.label), lines.length ? element("dl", { class: "patient-facts" }, lines) : null];
}

function boardRow(reportId, therapy, labels) {
  const proof = therapy.proof ?? therapy;
  const { paragraph_id, start, end, quote } = proof;
  const plain = Object.fromEntries(["dose", "route", "duration"].map((name) => [name, valueOf(therapy[name] ?? null)]));
  return { ...therapy, ...plain, report_id: reportId, patient: therapy.patient ?? labels.get(therapy.patient_id) ?? "", paragraph_id, start, end, quote };
}
