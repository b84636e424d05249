/* The list of conversations: open, rename, delete. */

import { confirm } from "./confirm.js";
import { byId, element, iconButton } from "./elements.js";
import * as server from "./server.js";

export const conversationAddress = (id) => `#/conversation/${encodeURIComponent(id)}`;

export class ConversationList {
  /** `onDeleted(id)` is told so that an open conversation can close; `onTrouble(error)` shows what failed. */
  constructor({ onDeleted, onTrouble }) {
    this.list = byId("conversations");
    this.onDeleted = onDeleted;
    this.onTrouble = onTrouble;
    this.current = null;
    this.items = [];
  }

  async refresh() {
    try {
      this.items = await server.conversations();
    } catch (error) {
      if (!error.unreachable) this.onTrouble(error);
      return;
    }
    this.draw();
  }

  select(id) {
    this.current = id;
    this.draw();
  }

  draw() {
    const none = element("li", { class: "none" }, "Your questions will be kept here.");
    this.list.replaceChildren(...(this.items.length ? this.items.map((item) => this.line(item)) : [none]));
  }

  line(item) {
    const open = { href: conversationAddress(item.id), "aria-current": item.id === this.current ? "page" : null, title: item.title };
    const line = element("li", {}, element("a", open, item.title));
    line.append(
      iconButton("edit", `Rename “${item.title}”`, () => this.rename(line, item)),
      iconButton("bin", `Delete “${item.title}”`, () => this.remove(item)),
    );
    return line;
  }

  rename(line, item) {
    const field = element("input", { type: "text", value: item.title, maxlength: "80", "aria-label": "New title" });
    let settled = false;
    const settle = async (keep) => {
      if (settled) return;
      settled = true;
      const title = field.value.trim();
      if (keep && title && title !== item.title) await this.attempt(server.renameConversation(item.id, title));
      await this.refresh();
      this.list.querySelector(`a[href="${conversationAddress(item.id)}"]`)?.focus();
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") settle(true);
      if (event.key === "Escape") settle(false);
      if (["Enter", "Escape"].includes(event.key)) event.stopPropagation();
    });
    field.addEventListener("blur", () => settle(true));
    line.replaceChildren(field);
    field.select();
  }

  async remove(item) {
    if (!(await confirm("Delete this conversation?", `“${item.title}” and its answers will be gone for good.`, "Delete"))) return;
    if (await this.attempt(server.deleteConversation(item.id))) this.onDeleted(item.id);
    await this.refresh();
  }

  async attempt(request) {
    try {
      await request;
      return true;
    } catch (error) {
      this.onTrouble(error);
      return false;
    }
  }
}
