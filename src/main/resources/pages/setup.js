import { get } from "./api.js";
import { element, state, time } from "./dom.js";

const KINDS = { passed: "passed", failed: "failed", skipped: "skipped" };

const URL_HERE = `${location.origin}/api/v1/webhooks/alertmanager`;

const WIRINGS = [
  [
    "A route of its own",
    "In alertmanager.yml, or in the Secret alertmanager-main of kube-prometheus. It stands first, because no route is reached behind one that matches without continue.",
    `route:
  routes:
    - receiver: tocsin
      continue: true
      group_by: ["..."]
      group_wait: 0s
      group_interval: 10s
      repeat_interval: 1m
receivers:
  - name: tocsin
    webhook_configs:
      - url: ${URL_HERE}
        send_resolved: true
        http_config:
          authorization:
            credentials_file: /etc/alertmanager/secrets/tocsin-webhook/token
`,
  ],
  [
    "An AlertmanagerConfig of the Prometheus Operator",
    "In the namespace of the alerts, beside a Secret tocsin-webhook whose key token is the webhook's token.",
    `apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata:
  name: tocsin
spec:
  route:
    receiver: tocsin
    groupBy: ["..."]
    groupWait: 0s
    groupInterval: 10s
    repeatInterval: 1m
  receivers:
    - name: tocsin
      webhookConfigs:
        - url: ${URL_HERE}
          sendResolved: true
          httpConfig:
            authorization:
              credentials: { name: tocsin-webhook, key: token }
`,
  ],
  [
    "Mirrored",
    "One more entry of the receiver that pages people: it proves their very grouping, muting and routing, and takes as long as their group_interval.",
    `receivers:
  - name: THE-ONE-THAT-PAGES
    webhook_configs:
      - url: ${URL_HERE}
        send_resolved: true
        http_config:
          authorization:
            credentials_file: /etc/alertmanager/secrets/tocsin-webhook/token
`,
  ],
];

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
    element("p", {}, "In one of three ways. The first two prove that alerts arrive; the third, what the people are told who are told too."),
    WIRINGS.flatMap(([title, about, text]) => [element("h3", {}, title), element("p", {}, about), copyable(text)]),
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

function copyable(text) {
  const button = element("button", { type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  });
  return element("div", { class: "next" }, element("pre", { tabindex: "0" }, element("code", {}, text)), button);
}
