/* Whether the server answers. Its own reachability counts, not the browser's `onLine`: Casebook often runs on this very machine. */

import { byId, button } from "./elements.js";
import * as server from "./server.js";

const RETRY_MS = 4000;

/** Shows a banner while the server is away, asks again by itself, and calls `onBack` when it answers. */
export function watchServer(onReach, onBack) {
  const banner = byId("banner");
  let away = false;
  let timer = 0;

  const knock = () => server.ready().catch(() => undefined);

  onReach((reached) => {
    clearTimeout(timer);
    if (!reached) timer = setTimeout(knock, RETRY_MS);
    if (reached === !away) return;
    away = !reached;
    banner.hidden = !away;
    if (away) banner.replaceChildren("The Casebook server does not answer. What is on screen stays readable. ", button("Try now", knock, { class: "link-button" }));
    else onBack();
  });
  window.addEventListener("online", knock);
  window.addEventListener("offline", knock);
}
