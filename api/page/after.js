/* What can be done with a finished answer: save it as a file, say whether it helped. */

import { announce, button, element, icon } from "./elements.js";
import { exportAnswer, giveFeedback } from "./server.js";

const FORMATS = [
  ["docx", "Word document"],
  ["markdown", "Markdown"],
  ["csv", "Therapies (CSV)"],
  ["ris", "References (RIS)"],
  ["bibtex", "References (BibTeX)"],
  ["json", "Evidence packet (JSON)"],
];

/** "Save as" and the formats behind it. */
export function saving(question, answer) {
  const choices = FORMATS.map(([format, label]) => element("li", {}, button(label, () => save(question, answer, format, list), { class: "link-button" })));
  const list = element("details", { class: "saving" }, element("summary", { class: "link-button" }, icon("down"), "Save as"), element("ul", {}, choices));
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !list.open) return;
    event.stopPropagation();
    close(list);
  });
  return list;
}

function close(list) {
  list.open = false;
  list.querySelector("summary").focus();
}

async function save(question, answer, format, list) {
  try {
    const { blob, name } = await exportAnswer(question, answer, format);
    const address = URL.createObjectURL(blob);
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    announce(`Saved as ${name}.`);
    close(list);
  } catch (error) {
    list.querySelector("ul").before(element("p", { class: "trouble", role: "alert" }, error.message));
  }
}

/** "Helpful" and "Not helpful"; the latter asks what was wrong. */
export function judging(question) {
  const node = element("span", { class: "judging" });
  const send = (helpful, comment) => sent(node, question, helpful, comment);
  node.append(
    button("Helpful", () => send(true, null), { class: "link-button" }),
    button("Not helpful", () => node.replaceChildren(complaint((comment) => send(false, comment))) ?? node.querySelector("input").focus(), { class: "link-button" }),
  );
  return node;
}

function complaint(send) {
  const text = element("input", { type: "text", maxlength: "1000", "aria-label": "What was wrong or missing? (optional)", placeholder: "What was wrong or missing? (optional)" });
  const form = element("form", { class: "complaint" }, text, element("button", { type: "submit", class: "link-button" }, "Send"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(text.value.trim() || null);
  });
  return form;
}

async function sent(node, question, helpful, comment) {
  try {
    await giveFeedback({ helpful, question, ...(comment ? { comment } : {}) });
    node.replaceChildren("Thank you, noted.");
    announce("Thank you, noted.");
  } catch (error) {
    node.replaceChildren(element("span", { role: "alert" }, error.message));
  }
}

/** What to be warned of, e.g. that something that told who a patient is was taken out of the question. */
export function warned(warnings) {
  return warnings?.length ? element("p", { class: "warned", role: "status" }, icon("alert"), warnings.join(" ")) : null;
}
