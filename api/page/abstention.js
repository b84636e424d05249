/* Not knowing, told usefully: what was searched, what is missing, what came nearest. And failures, told plainly. */

import { openSource } from "./citations.js";
import { button, element, icon, plural } from "./elements.js";
import { digestBadge, labelOf, sectionOf } from "./references.js";

const HEADINGS = {
  empty_library: "The library is empty",
  not_in_library: "Not in this library",
  not_answered: "No answer found",
  false_premise: "The question assumes what the report does not say",
  nothing_supported: "Nothing could be proved",
  model_failed: "No answer could be written",
};

const TROUBLES = {
  Unreachable: "The server cannot be reached",
  BrokenOff: "The answer broke off",
  TooLarge: "That is too long",
  UsageError: "That cannot be asked this way",
  NotFound: "This is no longer here",
  LibraryLocked: "The library is in use",
  ModelUnavailable: "The language model is not available",
  ChatModelFailed: "The language model failed",
};

export function abstentionCard(abstention, searchedAs) {
  return element(
    "section",
    { class: "abstention" },
    element("h3", {}, HEADINGS[abstention.reason] ?? "No answer in the library"),
    element("p", {}, lead(abstention.message)),
    abstention.reason === "empty_library" ? addReports() : whatWasSearched(abstention, searchedAs),
    nearest(abstention.nearest ?? []),
  );
}

/** The message goes on to tell what was searched and what is nearest; here both have places of their own. */
const lead = (message) => message.split(/ Searched [\d,]+ report/)[0];

const addReports = () => element("p", {}, element("a", { class: "button primary", href: "#/library" }, icon("upload"), "Add reports"));

function whatWasSearched({ searched_reports, missing }, searchedAs) {
  const lines = [element("dt", {}, "Searched"), element("dd", {}, plural(searched_reports ?? 0, "report"), ", for “", searchedAs, "”")];
  if (missing?.length) {
    const terms = missing.map((term) => element("span", { class: "term" }, term));
    lines.push(element("dt", {}, "Named in none"), element("dd", {}, terms));
  }
  return element("dl", { class: "searched" }, lines);
}

function nearest(items) {
  if (!items.length) return null;
  return [
    element("h4", {}, "Nearest, though not an answer"),
    element("ul", { class: "nearest" }, items.map((item) => element("li", {}, paragraphCard(item)))),
  ];
}

/** A paragraph that opens in its report: used for what came nearest and for search results. */
export function paragraphCard(item) {
  const place = element("span", { class: "place" }, element("b", {}, labelOf(item.report_id, item.reference)), digestBadge(item.reference), sectionOf(item.section));
  const node = element("button", { type: "button", class: "paragraph-card" }, place, element("span", { class: "excerpt" }, item.text));
  const paragraphId = item.paragraph_id ?? bestParagraph(item);
  node.addEventListener("click", () => openSource(node, item.report_id, { paragraphId }));
  return node;
}

/** The paragraph of a passage that fits the query best; the first of several. */
function bestParagraph({ paragraph_ids: ids, paragraph_scores: scores }) {
  return ids[scores.indexOf(Math.max(...scores))];
}

/** A failure with what the server said and a way on. */
export function troubleCard(error, retry, label = "Try again") {
  return element(
    "div",
    { class: "trouble", role: "alert" },
    icon("alert"),
    element("div", {}, element("h3", {}, TROUBLES[error.type] ?? "Something went wrong"), element("p", {}, error.message)),
    retry ? button([icon("retry"), label], retry) : null,
  );
}
