/* The year filter beside the question. */

import { byId } from "./elements.js";

export class Years {
  constructor() {
    this.button = byId("years-button");
    this.panel = byId("years");
    this.from = byId("year-from");
    this.to = byId("year-to");
    this.button.addEventListener("click", () => this.toggle());
    byId("years-clear").addEventListener("click", () => this.clear());
    for (const field of [this.from, this.to]) field.addEventListener("input", () => this.show());
    this.show();
  }

  /** {year_from?, year_to?}, or null for any year. */
  get filter() {
    const filter = {};
    if (this.from.value) filter.year_from = this.from.valueAsNumber;
    if (this.to.value) filter.year_to = this.to.valueAsNumber;
    return Object.keys(filter).length ? filter : null;
  }

  /** Says what is wrong, in words; empty when nothing is. */
  get problem() {
    if (!this.from.checkValidity() || !this.to.checkValidity()) return "A year is a number between 1800 and 2100.";
    const { year_from: from, year_to: to } = this.filter ?? {};
    return from && to && from > to ? "The first year is after the last one." : "";
  }

  /** False, with the reason shown, when the years cannot be searched. */
  check() {
    if (!this.problem) return true;
    this.toggle(true);
    this.from.focus();
    return false;
  }

  toggle(open = this.panel.hidden) {
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) this.from.focus();
  }

  clear() {
    this.from.value = this.to.value = "";
    this.show();
    this.from.focus();
  }

  show() {
    const { year_from: from, year_to: to } = this.filter ?? {};
    const label = from && to ? `${from}–${to}` : from ? `From ${from}` : to ? `Until ${to}` : "Any year";
    byId("years-label").textContent = label;
    this.button.classList.toggle("on", Boolean(from || to));
    const problem = this.problem;
    byId("years-error").textContent = problem;
    for (const field of [this.from, this.to]) field.setAttribute("aria-invalid", String(Boolean(problem)));
  }
}
