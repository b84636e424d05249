/* What the page knows about reports by their id, and how a reference is written. */

import { element, icon } from "./elements.js";

const TITLE_WORDS = 4;
const known = new Map();
const waiting = new Map();

/** Keeps every reference that comes by, so that an id alone can be shown by its label. */
export function remember(reportId, reference) {
  if (!reportId || !reference) return;
  known.set(reportId, reference);
  for (const node of waiting.get(reportId) ?? []) node.textContent = labelOf(reportId);
  waiting.delete(reportId);
}

/** The label of a report that may not have been introduced yet; it is filled in when it is. */
export function reportLabel(reportId) {
  const node = element("span", {}, labelOf(reportId));
  if (!known.has(reportId)) waiting.set(reportId, [...(waiting.get(reportId) ?? []), node]);
  return node;
}

export function rememberAnswer(answer) {
  for (const statement of answer.statements ?? []) for (const citation of statement.citations) remember(citation.report_id, citation.reference);
  for (const item of [...(answer.passages ?? []), ...(answer.evidence ?? []), ...(answer.abstention?.nearest ?? [])]) {
    remember(item.report_id, item.reference);
  }
}

export const referenceOf = (reportId) => known.get(reportId) ?? null;

/** "Shahani 2012"; without authors the beginning of the title; for a report nobody has introduced yet, its id. */
export function labelOf(reportId, reference = referenceOf(reportId)) {
  if (!reference) return reportId.replace(/^[a-z]+:/, "");
  if (reference.authors?.length) return reference.label;
  return [shortened(reference.title), reference.year].filter(Boolean).join(" ");
}

function shortened(title) {
  const words = title.split(/\s+/);
  return words.length > TITLE_WORDS + 1 ? `${words.slice(0, TITLE_WORDS).join(" ")}…` : title;
}

export const sectionOf = (section) => (section ?? []).join(" › ");

/** "Clin Rheumatol, 2012": where it was published; empty when nothing is known. */
export const publishedIn = (reference) => [reference.journal, reference.year].filter(Boolean).join(", ");

/** Only web addresses become links: a report cannot smuggle in a `javascript:` one. */
export function webAddress(link) {
  try {
    const url = new URL(link);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

export function digestBadge(reference) {
  if (!reference?.digest) return null;
  return element("span", { class: "badge digest", title: "A digest in our words, not the original" }, "digest");
}

export function originalLink(reference) {
  const address = webAddress(reference.link ?? reference.url);
  if (!address) return null;
  const attributes = { class: "original", href: address, target: "_blank", rel: "noopener noreferrer" };
  return element("a", attributes, "Read the original", icon("external"), element("span", { class: "visually-hidden" }, " (opens in a new tab)"));
}
