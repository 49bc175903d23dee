import { get } from "./api.js";
import { element, state, time } from "./dom.js";

const KINDS = { passed: "passed", failed: "failed", skipped: "skipped" };

/** The wires from Prometheus to here, and what mends those that are broken. */
export async function setup() {
  const known = await get("/api/v1/doctor");
  return element(
    "div",
    {},
    element("h1", {}, "Setup"),
    element("p", {}, "The wires, ", state(known.result.toUpperCase(), KINDS[known.result] ?? "inconclusive"), ` at ${time(known.checkedAt)}`, known.brokeAt ? `; the first that is broken: ${known.brokeAt}` : "", "."),
    known.findings.map(finding),
    element("h2", {}, "Wire Alertmanager to here"),
    element("p", {}, "In its configuration; ", element("code", {}, "credentials_file"), " holds the webhook's token."),
    copyable(wiring()),
  );
}

function finding(one) {
  const kind = KINDS[one.result] ?? "inconclusive";
  return element(
    "article",
    { class: `is-${kind}` },
    element("h2", { class: "finding" }, state(one.result.toUpperCase(), kind), ` ${one.name}`),
    element("p", {}, one.observed),
    one.mend ? copyable(one.mend) : null,
    one.evidence.length > 0 ? element("details", {}, element("summary", {}, "What was seen"), element("ul", {}, one.evidence.map((line) => element("li", {}, line)))) : null,
  );
}

function wiring() {
  return `route:
  routes:
    - receiver: tocsin
      continue: true
receivers:
  - name: tocsin
    webhook_configs:
      - url: ${location.origin}/api/v1/webhooks/alertmanager
        send_resolved: true
        http_config:
          authorization:
            credentials_file: /etc/alertmanager/tocsin-token
`;
}

function copyable(text) {
  const button = element("button", { type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  });
  return element("div", { class: "next" }, element("pre", { tabindex: "0" }, element("code", {}, text)), button);
}
