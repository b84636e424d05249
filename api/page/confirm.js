/* Asks before something is gone for good. */

import { button, byId, element } from "./elements.js";

/** Resolves to true when the reader agrees; Escape and "Keep" are no. */
export function confirm(title, text, agree) {
  const dialog = byId("confirm");
  return new Promise((resolve) => {
    const keep = button("Keep", () => dialog.close("no"), { autofocus: true });
    const go = button(agree, () => dialog.close("yes"), { class: "button danger" });
    dialog.replaceChildren(element("h2", { id: "confirm-title" }, title), element("p", {}, text), element("div", { class: "actions" }, keep, go));
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });
}
