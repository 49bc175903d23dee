import { get, post } from "./api.js";
import { element, filtered, square, state, table, time } from "./dom.js";

const PLACES = 10;

/** Every loaded scenario, with how its last ten proofs came out. */
export async function scenarios() {
  const { scenarios: all } = await get("/api/v1/scenarios");
  return element(
    "div",
    {},
    element("h1", {}, "Scenarios"),
    all.length === 0
      ? element("p", { class: "says" }, "No scenario is loaded. The folders are named by ", element("code", {}, "scenarios"), " in the configuration.")
      : filtered("Filter by name, title, target or owner", all, (one) => [one.name, one.title, one.target, one.owner].join(" "), list),
  );
}

function list(all) {
  return table("Scenarios", [
    ["Scenario", (one) => one.title ?? one.name],
    ["Target", (one) => one.target],
    ["Last verdict", (one) => one.lastRuns[0]?.verdict],
    "Last ten",
    ["Last run", (one) => one.lastRuns[0]?.admittedAt],
    ["Owner", (one) => one.owner],
    "Do",
  ], all, row);
}

function row(one) {
  const last = one.lastRuns[0];
  const squares = [...one.lastRuns].reverse().map(square);
  const empty = Array.from({ length: PLACES - squares.length }, () => element("span", { "aria-hidden": "true" }, "·"));
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, one.title ?? one.name, one.title === one.name ? null : element("div", { class: "small" }, one.name)),
    element("td", {}, one.target ?? ""),
    element("td", {}, last ? state(last.verdict ?? "going on") : "never run"),
    element("td", {}, element("span", { class: "was" }, empty, squares)),
    element("td", { class: "number" }, last ? time(last.admittedAt) : ""),
    element("td", {}, one.owner ?? ""),
    element("td", {}, one.mistakes.length === 0 ? runButton(one) : mistakes(one)),
  );
}

function mistakes(one) {
  return element(
    "details",
    {},
    element("summary", {}, state(`${one.mistakes.length} to mend`, "failed")),
    element("ul", {}, one.mistakes.map((mistake) => element("li", {}, `line ${mistake.line}: ${mistake.message}`))),
  );
}

function runButton(one) {
  return element("button", { type: "button", "aria-label": `Run ${one.name}`, onclick: () => ask(one) }, "Run…");
}

function ask(one) {
  const reason = element("input", { name: "reason", required: true, autocomplete: "off" });
  const parameters = Object.entries(one.parameters).map(([name, value]) => element("input", { name, value, autocomplete: "off" }));
  const problem = element("p", { role: "alert" });
  const paged = element("div", {}, element("p", {}, "Asking Alertmanager who will be told…"));
  const begin = element("button", { class: "first" }, "Run it");
  const dialog = element(
    "dialog",
    { "aria-labelledby": "dialog-title", onclose: () => dialog.remove() },
    element(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          start(one, reason.value, parameters, begin, problem, dialog);
        },
      },
      element("h2", { id: "dialog-title" }, `Run ${one.title ?? one.name}?`),
      element("p", {}, `It stresses ${one.target ? `the target “${one.target}”` : "the one target there is"} for real, within the scenario's bounds, and takes everything back.`),
      element("h3", {}, "Who will be told"),
      paged,
      element("label", {}, "Reason, for the audit log and the report", reason),
      parameters.map((input) => element("label", {}, `Parameter ${input.name}`, input)),
      problem,
      element("div", { class: "ends" }, element("button", { type: "button", onclick: () => dialog.close() }, "Cancel"), begin),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  reason.focus();
  get(`/api/v1/scenarios/${encodeURIComponent(one.name)}/recipients`).then(
    (known) => paged.replaceChildren(recipients(known)),
    (error) => paged.replaceChildren(element("p", { class: "says is-failed" }, `It is not known who will be told. ${error.message}`)),
  );
}

function recipients({ alerts, unknown }) {
  return element(
    "div",
    {},
    unknown.map((why) => element("p", { class: "says is-inconclusive" }, why)),
    element(
      "ul",
      {},
      alerts.map((alert) =>
        element(
          "li",
          {},
          element("strong", {}, alert.name),
          alert.receivers.length === 0 ? " goes to nobody that is known" : " goes to ",
          alert.receivers.map((to, at) => [at ? ", " : "", element("code", {}, to.name), to.certain ? "" : " (perhaps, as its labels turn out)"]).flat(),
        ),
      ),
    ),
  );
}

async function start(one, reason, parameters, begin, problem, dialog) {
  begin.disabled = true;
  problem.textContent = "";
  try {
    const changed = parameters.filter((input) => input.value !== input.defaultValue);
    const run = await post(
      "/api/v1/runs",
      { scenario: one.name, reason, parameters: Object.fromEntries(changed.map((input) => [input.name, input.value])) },
      { "Idempotency-Key": crypto.getRandomValues(new Uint32Array(4)).join("-") },
    );
    dialog.close();
    location.hash = `#/runs/${run.id}`;
  } catch (error) {
    begin.disabled = false;
    problem.textContent = [error.message, ...(error.errors ?? []).map((mistake) => mistake.message)].join(" — ");
  }
}
