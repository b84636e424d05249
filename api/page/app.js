/* Casebook's page: puts the parts together, routes by the address, and watches the server. */

import { hideQuote, watchQuotes } from "./citations.js";
import { conversationAddress, ConversationList } from "./conversations.js";
import { troubleCard } from "./abstention.js";
import { byId, element } from "./elements.js";
import { Library } from "./library.js";
import { watchServer } from "./reach.js";
import { onReach } from "./server.js";
import { Similar } from "./similar.js";
import { SourcePane } from "./source.js";
import { Thread } from "./thread.js";
import { drawWelcome } from "./welcome.js";
import { Years } from "./years.js";

const years = new Years();
const thread = new Thread(() => years.filter);
const source = new SourcePane();
const library = new Library({
  onChanged: (total) => {
    byId("report-count").textContent = total.toLocaleString("en");
    byId("report-count").hidden = false;
  },
  onStale: () => source.forget(),
});
new Similar();
const list = new ConversationList({
  onDeleted: (id) => id === thread.id && goTo("#/"),
  onTrouble: (error) => byId("thread").append(troubleCard(error, null)),
});

// -- where we are ---------------------------------------------------------------------------------------

function goTo(address) {
  if (location.hash === address) route();
  else location.hash = address;
}

const OTHER_VIEWS = { similar: "Similar patients", library: "Library" };

function route() {
  const [, view, id] = location.hash.split("/");
  if (location.hash && !location.hash.startsWith("#/")) return;
  const shown = view in OTHER_VIEWS ? view : "ask";
  if (byId(`${shown}-view`).hidden) source.close();
  for (const name of ["ask", ...Object.keys(OTHER_VIEWS)]) {
    byId(`${name}-view`).hidden = name !== shown;
    setCurrent(`to-${name}`, name === shown);
  }
  closeSide();
  if (shown !== "ask") {
    document.title = `${OTHER_VIEWS[shown]} · Casebook`;
    return;
  }
  const wanted = view === "conversation" ? decodeURIComponent(id ?? "") : null;
  if (wanted !== thread.id) {
    source.close();
    if (wanted) thread.open(wanted);
    else thread.clear();
  }
  refresh();
}

function setCurrent(id, current) {
  if (current) byId(id).setAttribute("aria-current", "page");
  else byId(id).removeAttribute("aria-current");
}

/** Shows what belongs to the state of the conversation: welcome or thread, Ask or Stop, its title. */
function refresh() {
  byId("welcome").hidden = !thread.isEmpty;
  byId("ask-view").classList.toggle("empty", thread.isEmpty);
  byId("send").hidden = thread.isAsking;
  byId("stop").hidden = !thread.isAsking;
  byId("to-ask").setAttribute("href", thread.id ? conversationAddress(thread.id) : "#/");
  const title = list.items.find((item) => item.id === thread.id)?.title;
  if (!byId("ask-view").hidden) document.title = title ? `${title} · Casebook` : "Casebook";
  if (list.current !== thread.id) list.select(thread.id);
}

// -- asking ---------------------------------------------------------------------------------------------

const question = byId("question");

function submit() {
  const text = question.value.trim();
  if (!text || thread.isAsking || !years.check()) return;
  question.value = "";
  grow();
  thread.ask(text);
}

function grow() {
  question.style.height = "auto";
  question.style.height = `${Math.min(question.scrollHeight, 220)}px`;
}

function askExample(text) {
  question.value = text;
  submit();
  question.focus();
}

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
question.addEventListener("input", grow);
question.addEventListener("keydown", (event) => {
  // A composition (Japanese, Chinese, dead keys) ends with Enter too: that one does not send.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
byId("stop").addEventListener("click", () => {
  thread.stop();
  question.focus();
});
thread.addEventListener("changed", refresh);
thread.addEventListener("started", () => {
  history.replaceState(null, "", thread.id ? conversationAddress(thread.id) : "#/");
  refresh();
});
thread.addEventListener("asked", () => list.refresh().then(refresh));

// -- around it ------------------------------------------------------------------------------------------

function closeSide() {
  document.body.classList.remove("with-side");
  byId("scrim").hidden = true;
  byId("menu").setAttribute("aria-expanded", "false");
}

byId("menu").addEventListener("click", () => {
  const open = document.body.classList.toggle("with-side");
  byId("scrim").hidden = !open;
  byId("menu").setAttribute("aria-expanded", String(open));
  if (open) byId("new").focus();
});
byId("scrim").addEventListener("click", closeSide);
byId("new").addEventListener("click", () => {
  goTo("#/");
  question.focus();
});
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  (byId("ask-view").hidden ? document.querySelector(".main > section:not([hidden]) :is(textarea, input)") : question).focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || byId("confirm").open) return;
  if (!byId("quote-card").hidden) hideQuote();
  else if (document.body.classList.contains("with-side")) {
    closeSide();
    byId("menu").focus();
  } else source.close();
});
window.addEventListener("hashchange", route);

watchQuotes();
watchServer(onReach, () => {
  list.refresh().then(refresh);
  library.load();
});
drawWelcome(byId("welcome"), askExample);
route();
list.refresh().then(refresh);
library.load();
if (window.matchMedia("(hover: hover)").matches && !byId("ask-view").hidden) question.focus();
