// Keys, for who would rather not point. Everything works without this file.
"use strict";

const items = () => [...document.querySelectorAll("[data-item]")].filter((item) => item.getClientRects().length > 0);

function focusOn(item) {
  if (!item) return;
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "center" });
}

function step(by) {
  const all = items();
  const current = document.activeElement?.closest("[data-item]");
  const at = current ? all.indexOf(current) + by : by > 0 ? 0 : all.length - 1;
  focusOn(all[at]);
}

// The button of the block in focus, else one that belongs to no block.
function press(key) {
  const selector = `button[data-key="${CSS.escape(key)}"]`;
  const own = document.activeElement?.closest("[data-item]")?.querySelector(selector);
  const button = own ?? [...document.querySelectorAll(selector)].find((it) => !it.closest("[data-item]"));
  button?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, dialog")) return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "/") document.getElementById("search").focus();
  else if (event.key === "?") document.getElementById("keys").showModal();
  else return press(event.key);
  event.preventDefault();
});

// A block that was just decided on is where one goes on.
focusOn(document.getElementById(location.hash.slice(1)) ?? document.getElementById("asked"));
