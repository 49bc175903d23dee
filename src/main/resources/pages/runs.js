import { file, follow, get, post, text } from "./api.js";
import { element, filtered, state, table, time } from "./dom.js";

const FILES = ["report.html", "report.md", "junit.xml", "verdict.json", "journal.ndjson", "bundle.zip"];

/** However fast facts come, a page is drawn anew no more often than this. */
const PAUSE_MILLIS = 700;

const POLL_MILLIS = 10_000;

/** Every run, newest first. */
export async function runs() {
  const all = [];
  let cursor = "";
  do {
    const page = await get(`/api/v1/runs?limit=100${cursor && `&cursor=${cursor}`}`);
    all.push(...page.runs);
    cursor = page.next ?? "";
  } while (cursor);
  const heads = [
    ["Verdict", (run) => run.verdict],
    ["Scenario", (run) => run.scenario],
    ["Target", (run) => run.target],
    ["Mode", (run) => run.mode],
    ["Began", (run) => run.admittedAt],
    "Run",
  ];
  return element(
    "div",
    {},
    element("h1", {}, "Runs"),
    filtered("Filter by scenario, target, verdict or id", all, (run) => [run.scenario, run.target, run.verdict ?? "going on", run.id, run.mode].join(" "), (some) => table("Runs", heads, some, row)),
  );
}

function row(run) {
  return element(
    "tr",
    {},
    element("td", {}, state(run.verdict ?? "going on")),
    element("th", { scope: "row" }, run.scenario),
    element("td", {}, run.target),
    element("td", {}, run.mode),
    element("td", { class: "number" }, time(run.admittedAt)),
    element("td", {}, element("a", { href: `#/runs/${run.id}` }, run.id)),
  );
}

/** One run: as far as it has come, then its report. */
export async function run(id, signal, tell) {
  const path = `/api/v1/runs/${encodeURIComponent(id)}`;
  const place = element("div", { class: "report" });
  const doing = element("div", { class: "bar-of" });
  const arrived = element("div", { class: "arrived", role: "log" });
  const draw = async () => {
    // Its style is a file of these pages, whose policy lets none in that stands in line.
    const page = (await text(`${path}/report`)).replace(/<style>.*?<\/style>/s, "");
    const parsed = new DOMParser().parseFromString(page, "text/html");
    const open = [...place.querySelectorAll("details")].map((one) => one.open);
    place.replaceChildren(...parsed.querySelectorAll("body > header, main > section"));
    place.querySelectorAll("details").forEach((one, at) => (one.open = open[at] ?? one.open));
  };
  const known = await get(path);
  await draw();
  if (known.verdict) {
    doing.append(...done(path, known));
  } else {
    doing.append(abortButton(path, tell));
    live(path, signal, draw, arrived, tell, async () => doing.replaceChildren(...done(path, await get(path))));
  }
  return element("div", {}, doing, arrived, place);
}

function live(path, signal, draw, arrived, tell, over) {
  let timer = 0;
  const soon = () => {
    timer ||= setTimeout(async () => {
      timer = 0;
      await draw().catch((error) => tell(error.message, true));
    }, PAUSE_MILLIS);
  };
  // Where something on the way holds events back, the page comes late and is right all the same.
  const poll = setInterval(soon, POLL_MILLIS);
  signal.addEventListener("abort", () => clearInterval(poll));
  follow(`${path}/events`, signal, (kind, recorded) => {
    if (kind === "notificationReceived") {
      const { alerts } = JSON.parse(recorded.fact.notification); // as it came
      const named = alerts.map((alert) => `${alert.labels.alertname} ${alert.status}`);
      arrived.append(element("p", {}, `${time(recorded.at)} arrived: ${named.join(", ")}`));
    }
    soon();
  }).then(
    async () => {
      clearInterval(poll);
      clearTimeout(timer);
      if (signal.aborted) {
        return; // the reader is on another page
      }
      timer = 1; // nothing is drawn any more but what stays
      await draw();
      await over();
      if (!signal.aborted) {
        tell("The run is over.");
      }
    },
    (error) => signal.aborted || tell(error.message, true),
  );
}

function abortButton(path, tell) {
  return element("button", { type: "button", onclick: () => confirmAbort(path, tell) }, "Abort…");
}

function confirmAbort(path, tell) {
  const reason = element("input", { name: "reason", required: true, autocomplete: "off" });
  const dialog = element(
    "dialog",
    { "aria-labelledby": "dialog-title", onclose: () => dialog.remove() },
    element(
      "form",
      {
        onsubmit: async (event) => {
          event.preventDefault();
          dialog.close();
          await post(`${path}/abort`, { reason: reason.value }).then(
            () => tell("Aborting: what the run did is being taken back."),
            (error) => tell(error.message, true),
          );
        },
      },
      element("h2", { id: "dialog-title" }, "Abort the run?"),
      element("p", {}, "What it did to its target is taken back first. Its verdict will be ABORTED."),
      element("label", {}, "Reason", reason),
      element(
        "div",
        { class: "ends" },
        element("button", { type: "button", onclick: () => dialog.close() }, "Let it run"),
        element("button", { class: "first" }, "Abort it"),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  reason.focus();
}

function done(path, known) {
  return FILES.map((name) => element("button", { type: "button", onclick: () => save(`${path}/evidence/${name}`, `${known.id}-${name}`) }, `Save ${name}`));
}

/** A link could not send the token. */
async function save(path, name) {
  const address = URL.createObjectURL(await file(path));
  element("a", { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}
