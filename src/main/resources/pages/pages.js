import { alerts } from "./alerts.js";
import { get, Refused, token } from "./api.js";
import { coverage } from "./coverage.js";
import { element } from "./dom.js";
import { run, runs } from "./runs.js";
import { scenarios } from "./scenarios.js";
import { setup } from "./setup.js";

const PAGES = { scenarios, runs, alerts, coverage, setup };
const main = document.getElementById("main");
const status = document.getElementById("status");
const leave = document.getElementById("leave");
let shown = new AbortController();

function tell(text, bad = false) {
  status.textContent = text;
  status.className = bad ? "is-failed" : "";
}

async function show() {
  shown.abort();
  shown = new AbortController();
  const { signal } = shown;
  const [, name = "", id = ""] = location.hash.split("?")[0].split("/");
  const page = PAGES[name] ?? scenarios;
  for (const link of document.querySelectorAll("nav a")) {
    link.toggleAttribute("aria-current", link.hash === `#/${page.name}`);
    if (link.hasAttribute("aria-current")) {
      link.setAttribute("aria-current", "page");
    }
  }
  document.title = `${page.name[0].toUpperCase()}${page.name.slice(1)} – Tocsin`;
  tell("Loading…");
  leave.hidden = !token.get();
  try {
    const drawn = page === runs && id ? await run(id, signal, tell) : await page();
    if (signal.aborted) {
      return;
    }
    main.replaceChildren(drawn);
    tell("");
    main.focus({ preventScroll: true });
  } catch (error) {
    if (!signal.aborted) {
      tell(error.message, true);
      main.replaceChildren(error instanceof Refused && error.status === 401 ? login() : retry());
    }
  }
}

function retry() {
  return element("button", { type: "button", onclick: show }, "Try again");
}

function login() {
  const field = element("input", { type: "password", autocomplete: "off", required: true });
  return element(
    "form",
    {
      onsubmit: async (event) => {
        event.preventDefault();
        token.set(field.value.trim());
        await get("/api/v1/runs?limit=1").then(show, (error) => {
          token.forget();
          tell(error.message, true);
          field.select();
        });
      },
    },
    element("h1", {}, "Your token"),
    element("p", {}, "The same that the API and the command line take. This tab keeps it until it is closed, and nothing else does."),
    element("label", {}, "Token", field),
    element("button", { class: "first" }, "Go on"),
  );
}

leave.addEventListener("click", () => {
  token.forget();
  show();
});
addEventListener("hashchange", show);
show();
