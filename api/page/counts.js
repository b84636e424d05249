/* Patients counted by therapy and outcome, as bars and as numbers; every number opens the rows behind it. */

import { announce, button, element, plural } from "./elements.js";

const BUCKETS = [
  ["failed", "Failed", ["failed", "worsened"]],
  ["partial", "Partial", ["partial"]],
  ["worked", "Worked", ["resolved", "improved"]],
  ["adverse", "Adverse", ["adverse_effect"]],
  ["not_reported", "Not reported", ["not_reported"]],
];
// More therapies than this push the rows off the screen; the rest is one button away.
const LINES_AT_FIRST = 8;

const bucketOf = (row) => BUCKETS.find(([, , outcomes]) => outcomes.includes(row.outcome))?.[0] ?? "not_reported";

/** Patients whom a report does not tell apart are one: who cannot be counted is not counted up. */
const whoOf = (row) => row.patient_id ?? row.report_id;

const patientsOf = (rows) => new Set(rows.map(whoOf)).size;

/** The therapies that were given, of most patients first; null where counting says no more than the rows do. */
export function counts(rows, onPick) {
  const given = rows.filter((row) => row.status === "given");
  const groups = Map.groupBy ? Map.groupBy(given, (row) => row.therapy) : grouped(given);
  if (patientsOf(given) < 2) return null;
  const lines = [...groups].sort(([one, some], [other, others]) => patientsOf(others) - patientsOf(some) || one.localeCompare(other));
  return new Counts(lines, patientsOf(given), onPick).node;
}

function grouped(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.therapy, [...(groups.get(row.therapy) ?? []), row]);
  return groups;
}

class Counts {
  constructor(lines, patients, onPick) {
    this.onPick = onPick;
    this.most = Math.max(...lines.map(([, rows]) => rows.length));
    const used = BUCKETS.filter(([name]) => lines.some(([, rows]) => rows.some((row) => bucketOf(row) === name)));
    const head = element("tr", {}, element("th", { scope: "col" }, "Therapy"), element("th", { scope: "col" }, "Patients"), used.map(([, word]) => element("th", { scope: "col" }, word)));
    const body = lines.map(([therapy, rows]) => this.line(therapy, rows, used));
    const caption = element("caption", {}, `${plural(patients, "patient")} by therapy and outcome. A number shows the rows behind it.`);
    const table = element("table", { class: "counts" }, caption, element("thead", {}, head), element("tbody", {}, body));
    this.clear = button("Show all rows", () => this.pick(null), { class: "link-button clear", hidden: true });
    this.node = element("div", { class: "counts-box" }, element("div", { class: "counts-scroll" }, table), this.clear);
    if (body.length > LINES_AT_FIRST + 2) this.node.append(this.fold(body));
  }

  line(therapy, rows, used) {
    const cells = used.map(([name, word]) => {
      const mine = rows.filter((row) => bucketOf(row) === name);
      return element("td", {}, mine.length ? this.number(mine, `${therapy}, ${word.toLowerCase()}`, name) : element("span", { class: "zero" }, "0"));
    });
    return element("tr", {}, element("th", { scope: "row" }, therapy, this.bar(rows, used)), element("td", {}, this.number(rows, therapy, "all")), cells);
  }

  number(rows, what, bucket) {
    const patients = patientsOf(rows);
    const label = `${what}: ${plural(patients, "patient")}, show the rows`;
    const made = button(String(patients), () => this.pick(made, rows, what), { class: `count-button ${bucket}`, "aria-pressed": "false", "aria-label": label });
    return made;
  }

  /** The chart: one bar a therapy, as long as its rows, parted by outcome. The numbers beside it say the same. */
  bar(rows, used) {
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    for (const [name] of used) {
      const count = rows.filter((row) => bucketOf(row) === name).length;
      if (!count) continue;
      const part = element("span", { class: name });
      part.style.flexGrow = count;
      bar.append(part);
    }
    bar.style.width = `${Math.max(6, (100 * rows.length) / this.most)}%`;
    return bar;
  }

  /** The same number twice, or `null`, shows everything again. */
  pick(chosen, rows = null, what = "") {
    const again = chosen?.getAttribute("aria-pressed") === "true";
    for (const one of this.node.querySelectorAll(".count-button")) one.setAttribute("aria-pressed", String(one === chosen && !again));
    const shown = again ? null : rows;
    this.clear.hidden = !shown;
    announce(shown ? `${plural(shown.length, "row")} of ${what}` : "All rows");
    this.onPick(shown);
  }

  fold(lines) {
    for (const hidden of lines.slice(LINES_AT_FIRST)) hidden.classList.add("folded");
    const more = button(`Show all ${lines.length} therapies`, () => {
      for (const shown of lines) shown.classList.remove("folded");
      more.remove();
      lines[LINES_AT_FIRST].querySelector("button").focus();
    }, { class: "link-button more" });
    return more;
  }
}
