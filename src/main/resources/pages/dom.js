/** Makes an element. Text is always set as text, so nothing that comes from outside is read as markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) {
      made.addEventListener(key.slice(2), value);
    } else if (value === true) {
      made.setAttribute(key, "");
    } else if (value !== false && value != null) {
      made.setAttribute(key, value);
    }
  }
  made.append(...children.flat().filter((child) => child != null));
  return made;
}

const LETTERS = { PASSED: "P", FAILED: "F", INCONCLUSIVE: "?", ABORTED: "A", ERROR: "E" };

/** The verdict of a run as one letter in a square; the word is its name. */
export function square(run) {
  const word = run.verdict ?? "going on";
  return element(
    "a",
    { href: `#/runs/${run.id}`, class: `is-${word.toLowerCase()}`, "aria-label": `${word}, ${time(run.admittedAt)}`, title: `${word} ${time(run.admittedAt)}` },
    LETTERS[run.verdict] ?? "…",
  );
}

/** A word with the colour of its kind. */
export function state(word, kind = word) {
  return element("span", { class: `state is-${kind.toLowerCase()}` }, word);
}

/** A moment in UTC, to the second. */
export function time(text) {
  return text ? `${text.slice(0, 10)} ${text.slice(11, 19)} UTC` : "";
}

const SLICE = 200;

/**
 * A table that may be long: rows are made a slice at a time as the reader comes near its end, so that ten thousand cost
 * no more than a few hundred.
 */
export function table(caption, heads, items, row) {
  const body = element("tbody");
  const more = element("button", { type: "button" }, "Show more");
  const count = element("p", { class: "small" });
  let shown = 0;
  const grow = () => {
    body.append(...items.slice(shown, shown + SLICE).map(row));
    shown = Math.min(items.length, shown + SLICE);
    more.hidden = shown === items.length;
    count.textContent = `${shown} of ${items.length} shown`;
  };
  more.addEventListener("click", grow);
  new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && !more.hidden && grow(), {
    rootMargin: "600px",
  }).observe(more);
  grow();
  return element(
    "div",
    {},
    element(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
      element(
        "table",
        {},
        element("thead", {}, element("tr", {}, heads.map((head) => element("th", { scope: "col" }, head)))),
        body,
      ),
    ),
    count,
    more,
  );
}

/** A list with a field that narrows it to what contains all the words typed. */
export function filtered(label, items, textOf, draw) {
  const place = element("div");
  const field = element("input", { type: "search", autocomplete: "off" });
  const texts = items.map((item) => textOf(item).toLowerCase());
  const show = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    place.replaceChildren(draw(items.filter((_, at) => words.every((word) => texts[at].includes(word)))));
  };
  field.addEventListener("input", show);
  show();
  return element("div", {}, element("div", { class: "bar-of" }, element("label", {}, label, field)), place);
}
