/* Markers and sentences: every number is a button that opens the words that prove the sentence. */

import { byId, element, icon } from "./elements.js";
import { labelOf, sectionOf } from "./references.js";

const VERDICTS = {
  partial: "only partly supported",
  unsupported: "not supported by its source",
  uncited: "no source given",
  unknown_marker: "cites an unknown source",
};

/** Asks the source pane to show `active` (a proof, or a bare paragraph) among the other `proofs` of the same report. */
export function openSource(opener, reportId, active, proofs = []) {
  const detail = { reportId, active, proofs, opener };
  opener.dispatchEvent(new CustomEvent("open-source", { bubbles: true, detail }));
}

export const proofOf = ({ paragraph_id, start, end, quote, marker }) => ({ paragraphId: paragraph_id, start, end, quote, marker });

// A phone's line has room for so many letters, and a marker takes the room of three: what does not fit has to break between markers.
const LETTERS_OF_A_LINE = 26;
const LETTERS_OF_A_MARKER = 3;

/** One sentence with its markers before the full stop, and its verdict in words wherever that is not "supported". */
export function sentence(statement, citationsInAnswer) {
  const [, body, word, stop] = statement.text.match(/^([^]*?)(\S{0,20}?)([.!?]?)$/);
  const markers = [...byMarker(statement.citations).values()].map((quotes) => marker(quotes, citationsInAnswer));
  const verdict = VERDICTS[statement.support];
  const attributes = { class: verdict ? `sentence doubted ${statement.support}` : "sentence" };
  const words = element("span", { class: "words" }, body, tail(word, markers, stop));
  return element("span", attributes, words, verdict ? [" ", badge(verdict)] : null, " ");
}

/** The last word stays with the first marker and the full stop with the last two, wherever the line breaks; all on one line where they fit. */
function tail(word, markers, stop) {
  const together = (...parts) => element("span", { class: "together" }, parts);
  const [first, ...others] = markers;
  if (!others.length || word.length + markers.length * LETTERS_OF_A_MARKER <= LETTERS_OF_A_LINE) return together(word, markers, stop);
  return [together(word, first), others.slice(0, -2), together(others.slice(-2), stop)];
}

const badge = (verdict) => element("span", { class: "badge verdict" }, icon("alert"), verdict);

/** Citations by their number: one paragraph has one number, and may prove a sentence by several quotes. */
export function byMarker(citations) {
  const groups = new Map();
  for (const citation of citations) groups.set(citation.marker, [...(groups.get(citation.marker) ?? []), citation]);
  return groups;
}

function marker(quotes, citationsInAnswer) {
  const [citation] = quotes;
  const place = [labelOf(citation.report_id, citation.reference), sectionOf(citation.section)].filter(Boolean).join(", ");
  const attributes = { type: "button", class: "marker", "aria-label": `[${citation.marker}] ${place}` };
  const node = element("button", attributes, String(citation.marker));
  node.addEventListener("click", () => {
    hideQuote();
    const proofs = citationsInAnswer().filter((other) => other.report_id === citation.report_id);
    openSource(node, citation.report_id, proofOf(citation), proofs.map(proofOf));
  });
  return quoted(node, { quote: apartFrom(quotes).join(" … "), page: citation.page }, () => place);
}

/** The quotes in the order of the text; one that is part of another is not said twice. */
function apartFrom(quotes) {
  const kept = quotes.filter((quote) => !quotes.some((other) => other !== quote && contains(proofOf(other), proofOf(quote))));
  return kept.sort((one, other) => one.start - other.start).map(({ quote }) => quote);
}

/** Whether one proof lies within a longer one of the same paragraph. */
export const contains = (outer, inner) =>
  outer.paragraphId === inner.paragraphId && outer.start <= inner.start && inner.end <= outer.end && outer.end - outer.start > inner.end - inner.start;

/** Shows the quote beside `node` while it is pointed at or focused (dismissed by Escape, and the card itself can be pointed at). */
export function quoted(node, { quote, page }, place) {
  const show = () => showQuote(node, quote, page ? `${place()}, page ${page}` : place());
  node.addEventListener("mouseenter", show);
  node.addEventListener("focus", () => node.matches(":focus-visible") && show());
  node.addEventListener("mouseleave", leave);
  node.addEventListener("blur", hideQuote);
  return node;
}

let leaving = 0;
let described = null;

function showQuote(node, quote, place) {
  hideQuote();
  const card = byId("quote-card");
  card.replaceChildren(element("q", {}, quote), element("cite", {}, place));
  card.hidden = false;
  described = node;
  node.setAttribute("aria-describedby", card.id);
  put(card, node.getBoundingClientRect());
}

function put(card, anchor) {
  const margin = 8;
  const width = card.offsetWidth;
  const left = Math.min(Math.max(margin, anchor.left + anchor.width / 2 - width / 2), document.documentElement.clientWidth - width - margin);
  const above = anchor.top - card.offsetHeight - margin;
  card.style.left = `${left}px`;
  card.style.top = `${above > margin ? above : anchor.bottom + margin}px`;
}

function leave() {
  leaving = setTimeout(() => byId("quote-card").matches(":hover") || hideQuote(), 120);
}

export function hideQuote() {
  clearTimeout(leaving);
  byId("quote-card").hidden = true;
  described?.removeAttribute("aria-describedby");
  described = null;
}

/** Called once: the card goes when the pointer leaves it, when anything scrolls, and on Escape. */
export function watchQuotes() {
  byId("quote-card").addEventListener("mouseleave", hideQuote);
  document.addEventListener("scroll", hideQuote, true);
}
