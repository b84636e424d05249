/* The library: what is in it, found by its bibliography or by its text; opening and removing reports. */

import { paragraphCard, troubleCard } from "./abstention.js";
import { openSource } from "./citations.js";
import { confirm } from "./confirm.js";
import { button, byId, element, icon, iconButton, plural } from "./elements.js";
import { digestBadge, publishedIn, remember } from "./references.js";
import * as server from "./server.js";
import { Uploads } from "./uploads.js";

const PAGE = 500;
const SHOWN_AT_ONCE = 100;

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function searchable({ reference }) {
  return plain([reference.title, ...(reference.authors ?? []), reference.journal, reference.year, reference.doi, reference.pmid, reference.pmcid].filter(Boolean).join(" "));
}

export class Library {
  /** `onChanged(total)` is told how many reports there are; `onStale()` after texts changed. */
  constructor({ onChanged, onStale }) {
    this.onChanged = onChanged;
    this.onStale = onStale;
    this.entries = [];
    this.limit = SHOWN_AT_ONCE;
    this.loading = 0;
    this.view = byId("library-view");
    this.uploads = new Uploads(async () => {
      this.onStale();
      await this.load();
    });
    this.build();
  }

  build() {
    this.field = element("input", { type: "search", id: "library-search", placeholder: "Title, author, journal, year…", autocomplete: "off", "aria-controls": "report-list" });
    this.field.addEventListener("input", () => this.filter());
    this.summary = element("p", { class: "library-summary", role: "status" });
    this.list = element("ul", { class: "report-list", id: "report-list" });
    this.more = button("Show more", () => this.showMore(), { class: "button more", hidden: true });
    this.found = element("section", { class: "found", "aria-label": "Paragraphs found", hidden: true });
    const form = element(
      "form",
      { class: "library-search", role: "search", on: { submit: (event) => this.searchText(event) } },
      element("label", { for: "library-search" }, icon("search"), element("span", { class: "visually-hidden" }, "Search the library")),
      this.field,
      element("button", { type: "submit", class: "button" }, "Search the text"),
    );
    const title = element("h1", { id: "library-title", tabindex: "-1" }, "Library");
    this.view.replaceChildren(element("div", { class: "column wide" }, title, this.uploads.node, form, this.found, this.summary, this.list, this.more));
  }

  async load() {
    const loading = ++this.loading;
    try {
      const entries = [];
      for (let total = 1; entries.length < total; ) {
        const page = await server.reports(PAGE, entries.length);
        if (loading !== this.loading) return;
        total = page.reports.length ? page.total : 0;
        entries.push(...page.reports.map((report) => ({ ...report, words: searchable(report) })));
        for (const { id, reference } of page.reports) remember(id, reference);
      }
      this.entries = entries.sort((one, other) => (other.reference.year ?? 0) - (one.reference.year ?? 0) || one.reference.title.localeCompare(other.reference.title));
      this.onChanged(entries.length);
      this.draw();
    } catch (error) {
      if (loading === this.loading) this.list.replaceChildren(element("li", {}, troubleCard(error, () => this.load())));
    }
  }

  filter() {
    this.limit = SHOWN_AT_ONCE;
    this.found.hidden = true;
    this.draw();
  }

  get matching() {
    const words = plain(this.field.value).split(/\s+/).filter(Boolean);
    return this.entries.filter((entry) => words.every((word) => entry.words.includes(word)));
  }

  draw() {
    const matching = this.matching;
    const asked = this.field.value.trim();
    this.summary.textContent = asked ? `${plural(matching.length, "report")} of ${this.entries.length.toLocaleString("en")}` : plural(this.entries.length, "report");
    this.list.replaceChildren(...matching.slice(0, this.limit).map((entry) => this.line(entry)));
    this.more.hidden = matching.length <= this.limit;
    if (!matching.length) this.list.append(element("li", { class: "none" }, this.whyNone(asked)));
  }

  whyNone(asked) {
    if (!asked) return "Nothing here yet. Add reports above: text, Markdown, HTML, JATS XML, PDF or DOCX.";
    return "No title, author or journal matches. “Search the text” looks into the paragraphs.";
  }

  showMore() {
    const first = this.limit;
    this.limit += SHOWN_AT_ONCE;
    this.draw();
    this.list.children[first]?.querySelector("button").focus();
  }

  line({ id, reference, paragraphs }) {
    const title = element("button", { type: "button", class: "report-title" }, reference.title);
    title.addEventListener("click", () => openSource(title, id, null));
    const authors = reference.authors?.length ? `${reference.authors[0]}${reference.authors.length > 1 ? " et al." : ""}` : "";
    const meta = [authors, publishedIn(reference), reference.publication_type, plural(paragraphs ?? 0, "paragraph")].filter(Boolean).join(" · ");
    const remove = iconButton("bin", `Remove “${reference.title}”`, () => this.remove(id, reference));
    return element("li", {}, element("div", {}, title, element("small", {}, digestBadge(reference), meta)), remove);
  }

  async remove(id, reference) {
    if (!(await confirm("Remove this report?", `“${reference.title}” will no longer be searched or cited.`, "Remove"))) return;
    try {
      await server.deleteReport(id);
      this.onStale();
    } catch (error) {
      this.list.prepend(element("li", {}, troubleCard(error, null)));
      return;
    }
    await this.load();
    this.field.focus();
  }

  async searchText(event) {
    event.preventDefault();
    const query = this.field.value.trim();
    if (!query) return this.field.focus();
    this.searching?.abort();
    this.searching = new AbortController();
    this.found.hidden = false;
    this.found.replaceChildren(element("p", { class: "progress" }, "Searching the text"));
    try {
      const { passages } = await server.search(query, this.searching.signal);
      this.found.replaceChildren(element("h2", {}, `Paragraphs nearest to “${query}”`), results(passages));
    } catch (error) {
      if (error.name !== "AbortError") this.found.replaceChildren(troubleCard(error, () => this.searchText(event)));
    }
  }
}

function results(passages) {
  if (!passages.length) return element("p", {}, "Nothing found.");
  return element("ul", { class: "nearest" }, passages.map((passage) => element("li", {}, paragraphCard(passage))));
}
