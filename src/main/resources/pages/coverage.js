import { get } from "./api.js";
import { element, filtered, state, table, time } from "./dom.js";

const KINDS = { proven: "passed", failed: "failed", unproven: "inconclusive", changed: "inconclusive", expired: "inconclusive" };

/** Every deployed alerting rule, and when it was last proven to ring. */
export async function coverage() {
  const known = await get("/api/v1/coverage");
  const heads = [
    ["Rule", (rule) => rule.name],
    ["Status", (rule) => rule.status],
    ["Last proof", (rule) => rule.lastProof?.at],
    ["Good until", (rule) => rule.lastProof?.expiresAt],
    "Scenarios",
    "Notes",
  ];
  return element(
    "div",
    {},
    element("h1", {}, "Coverage"),
    element("p", {}, `Of the alerting rules that Prometheus has loaded, at ${time(known.checkedAt)}: `, Object.entries(known.counts).map(([status, count]) => `${count} ${status}`).join(", "), "."),
    filtered("Filter by rule, group, status or scenario", known.rules, (rule) => [rule.name, rule.group, rule.status, ...rule.scenarios].join(" "), (some) => table("Coverage", heads, some, row)),
  );
}

function row(rule) {
  return element(
    "tr",
    {},
    element(
      "th",
      { scope: "row" },
      rule.name,
      element("details", {}, element("summary", { class: "small" }, rule.group), element("pre", {}, element("code", {}, rule.expr))),
    ),
    element("td", {}, state(rule.status, KINDS[rule.status] ?? "inconclusive")),
    element("td", { class: "number" }, rule.lastProof ? element("a", { href: `#/runs/${rule.lastProof.run}` }, time(rule.lastProof.at)) : "never"),
    element("td", { class: "number" }, time(rule.lastProof?.expiresAt)),
    element("td", {}, rule.scenarios.join(", ") || "none"),
    element("td", {}, rule.notes.map((note) => element("div", {}, note))),
  );
}
