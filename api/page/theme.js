/* Loaded before the first paint, so that a chosen theme never flashes the other one. The choice is kept only while it differs from the system's. */
(() => {
  "use strict";
  const KEY = "casebook-theme";
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const systemTheme = () => (system.matches ? "dark" : "light");

  function chosen() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage is refused in some private windows: the system's theme then holds
    }
  }

  function choose(theme) {
    try {
      if (theme === systemTheme()) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // as above: the choice then lasts as long as the page
    }
    show(theme);
  }

  function show(theme) {
    document.documentElement.dataset.theme = theme;
    const button = document.getElementById("theme");
    if (button) button.setAttribute("aria-label", theme === "dark" ? "Switch to light colours" : "Switch to dark colours");
  }

  show(chosen() ?? systemTheme());
  system.addEventListener("change", () => show(chosen() ?? systemTheme()));
  document.addEventListener("DOMContentLoaded", () => {
    show(document.documentElement.dataset.theme);
    document.getElementById("theme").addEventListener("click", () => {
      choose(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    });
  });
})();
