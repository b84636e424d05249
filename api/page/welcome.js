/* What a new conversation starts from. */

import { button, element } from "./elements.js";

const EXAMPLES = [
  "Which therapies failed for anti-Mi2 calcinosis?",
  "What helped calcinosis, and at what dose?",
  "Did sodium thiosulfate help calcinosis in juvenile dermatomyositis?",
  "Which antibodies did dermatomyositis patients with calcinosis have?",
];

export function drawWelcome(node, ask) {
  const examples = EXAMPLES.map((text) => element("li", {}, button(text, () => ask(text), { class: "button example" })));
  node.replaceChildren(
    element("p", { class: "welcome-title" }, "What do the case reports say?"),
    element("p", { class: "welcome-text" }, "Every sentence of an answer opens the paragraph that proves it. Where nothing proves one, Casebook says so."),
    element("ul", { class: "examples", "aria-label": "Examples" }, examples),
  );
}
