import { get } from "./api.js";
import { element, filtered, state, table, time } from "./dom.js";

/** Every episode that a notification told of, with or without a run. */
export async function alerts() {
  const { alerts: all } = await get("/api/v1/alerts");
  const named = (one) => one.labels.alertname ?? "";
  const rest = (one) =>
    Object.entries(one.labels)
      .filter(([name]) => name !== "alertname")
      .map(([name, value]) => `${name}="${value}"`)
      .join(", ");
  const heads = [
    ["Alert", named],
    ["State", (one) => (one.endsAt ? "resolved" : "firing")],
    ["Began", (one) => one.startsAt],
    ["Ended", (one) => one.endsAt],
    "Labels",
  ];
  const row = (one) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, named(one)),
      element("td", {}, one.endsAt ? state("resolved", "passed") : state("firing", "failed")),
      element("td", { class: "number" }, time(one.startsAt)),
      element("td", { class: "number" }, time(one.endsAt)),
      element("td", {}, rest(one)),
    );
  return element(
    "div",
    {},
    element("h1", {}, "Alerts"),
    element("p", {}, "Everything that Alertmanager sent here, newest first, whether or not a run was waiting for it."),
    filtered("Filter by name or label", all, (one) => `${named(one)} ${rest(one)}`, (some) => table("Alerts", heads, some, row)),
  );
}
