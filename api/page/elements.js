/* Building the page. Text always becomes a text node: nothing in this folder ever parses HTML from a string. */

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; `on` holds listeners, `null` and `false` leave an attribute or child out. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `page/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

export function button(label, onClick, attributes = {}) {
  return element("button", { type: "button", class: "button", ...attributes, on: { click: onClick } }, label);
}

/** A button that shows only an icon; its label is read aloud and shown on hover. */
export function iconButton(name, label, onClick, attributes = {}) {
  return element(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, ...attributes, on: { click: onClick } },
    icon(name),
  );
}

export const byId = (id) => document.getElementById(id);

/** Reads a short message aloud without moving the focus. */
export function announce(message) {
  byId("status").textContent = message;
}

export const plural = (count, noun) => `${count.toLocaleString("en")}\u00a0${noun}${count === 1 ? "" : "s"}`;

/** How to move on screen: at once for readers who asked for less motion. */
export function motion() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
}
