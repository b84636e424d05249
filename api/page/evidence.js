/* The therapy board: what was tried on whom, for what, and what happened. Outcomes are coloured and worded. */

import { openSource, proofOf, quoted } from "./citations.js";
import { counts } from "./counts.js";
import { button, element, icon, plural } from "./elements.js";
import { labelOf, reportLabel } from "./references.js";

const OUTCOMES = {
  resolved: ["Resolved", "good"],
  improved: ["Improved", "good"],
  partial: ["Partial", "half"],
  failed: ["Failed", "bad"],
  worsened: ["Worsened", "worse"],
  adverse_effect: ["Adverse effect", "alert"],
  not_reported: ["Not reported", "unknown"],
};
const STATUSES = { given: "Given", planned: "Planned", declined: "Declined" };
const COLUMNS = ["Therapy", "Dose", "Target", "Outcome", "Status", "Patient", "Report"];
// A board longer than this pushes the sources off the first two screens; the rest is one button away.
const ROWS_AT_FIRST = 12;

/** `rows` as the server sends them; `withReport` false inside the report itself. */
export function therapyBoard(rows, { title = "Therapies in these reports", withReport = true } = {}) {
  if (!rows?.length) return null;
  const columns = withReport ? COLUMNS : COLUMNS.slice(0, -1);
  const head = element("tr", { role: "row" }, columns.map((name) => element("th", { scope: "col", role: "columnheader" }, name)));
  const lines = rows.map((row) => line(row, rows, columns));
  const body = element("tbody", { role: "rowgroup" }, lines);
  const table = element("table", { role: "table" }, element("thead", { role: "rowgroup" }, head), body);
  const heading = element("h3", { class: "board-title" }, title);
  const counted = summary(rows);
  const pick = (chosen) => {
    for (const shown of lines) shown.classList.remove("folded");
    board.querySelector(":scope > .more")?.remove();
    rows.forEach((row, number) => lines[number].classList.toggle("unpicked", chosen !== null && !chosen.includes(row)));
  };
  const numbers = withReport ? counts(rows, pick) : null;
  const board = element("section", { class: "board" }, heading, counted ? element("p", { class: "board-summary" }, counted) : null, numbers, table);
  if (rows.length > ROWS_AT_FIRST + 2) board.append(foldAway(lines, rows.length));
  return board;
}

function foldAway(lines, total) {
  for (const hidden of lines.slice(ROWS_AT_FIRST)) hidden.classList.add("folded");
  const more = button(`Show all ${total} rows`, () => {
    for (const shown of lines) shown.classList.remove("folded");
    more.remove();
    lines[ROWS_AT_FIRST].querySelector("button").focus();
  }, { class: "link-button more" });
  return more;
}

/** "9 rows: 6 failed, 1 improved, 1 planned". */
function summary(rows) {
  const counts = new Map();
  for (const row of rows) {
    const word = row.status === "given" ? (OUTCOMES[row.outcome]?.[0] ?? row.outcome) : (STATUSES[row.status] ?? row.status);
    counts.set(word.toLowerCase(), (counts.get(word.toLowerCase()) ?? 0) + 1);
  }
  const parts = [...counts].sort((one, other) => other[1] - one[1]).map(([word, count]) => `${count} ${word}`);
  if (counts.size > 1) return `${plural(rows.length, "row")}: ${parts.join(", ")}`;
  return rows.length > 1 ? `${plural(rows.length, "row")}, all ${[...counts.keys()][0]}` : "";
}

function line(row, rows, columns) {
  const proof = proofOf(row);
  const opener = element("button", { type: "button", class: "row-button" }, row.therapy);
  const open = () => openSource(opener, row.report_id, proof, rows.filter((other) => other.report_id === row.report_id).map(proofOf));
  const cells = [
    element("th", { scope: "row", role: "rowheader" }, quoted(opener, row, () => labelOf(row.report_id)), small(row.therapy_class)),
    cell("Dose", row.dose ?? "", small([row.route, row.duration].filter(Boolean).join(", "))),
    cell("Target", row.target ?? ""),
    cell("Outcome", outcome(row)),
    cell("Status", STATUSES[row.status] ?? row.status),
    cell("Patient", row.patient ?? "", row.subject === "literature" ? small("told from the literature") : null),
    cell("Report", reportLabel(row.report_id)),
  ].slice(0, columns.length);
  const line = element("tr", { role: "row", class: row.status === "given" ? "given" : "not-given" }, cells);
  line.addEventListener("click", () => window.getSelection().isCollapsed && open());
  return line;
}

function cell(name, ...content) {
  const empty = content.every((part) => part === "" || part === null);
  return element("td", { role: "cell", "data-label": name, class: empty ? `${name.toLowerCase()} empty` : name.toLowerCase() }, empty ? element("span", { "aria-label": "not stated" }, "–") : content);
}

const small = (text) => (text ? element("small", {}, text) : null);

function outcome({ outcome: value, status }) {
  if (status !== "given" && value === "not_reported") return element("span", { class: "outcome not_reported" }, icon("clock"), "Not given");
  const [word, sign] = OUTCOMES[value] ?? [value, "unknown"];
  return element("span", { class: OUTCOMES[value] ? `outcome ${value}` : "outcome not_reported" }, icon(sign), word);
}
