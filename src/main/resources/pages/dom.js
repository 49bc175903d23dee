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
 * no more than a few hundred. A head is a label, or a label with what the column is sorted by.
 */
export function table(caption, heads, all, row) {
  let items = all;
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
  const sortBy = (key, head) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    head.parentElement.querySelectorAll("[aria-sort]").forEach((one) => one.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    items = all.toSorted((one, other) => compare(key(one), key(other), down ? -1 : 1));
    body.replaceChildren();
    shown = 0;
    grow();
  };
  const column = (head) => {
    if (!Array.isArray(head)) {
      return element("th", { scope: "col" }, head);
    }
    const [label, key] = head;
    const made = element("th", { scope: "col" }, element("button", { type: "button", class: "sort", onclick: () => sortBy(key, made) }, label));
    return made;
  };
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
        element("thead", {}, element("tr", {}, heads.map(column))),
        body,
      ),
    ),
    count,
    more,
  );
}

/** Missing values come last, whichever way. */
function compare(one, other, way) {
  const [left, right] = [one ?? "", other ?? ""];
  return left === right ? 0 : left === "" ? 1 : right === "" ? -1 : left < right ? -way : way;
}

/** A list with a field that narrows it to what contains all the words typed. */
export function filtered(label, items, textOf, draw) {
  const place = element("div");
  const field = element("input", { type: "search", autocomplete: "off", value: new URLSearchParams(location.hash.split("?")[1]).get("q") });
  const texts = items.map((item) => textOf(item).toLowerCase());
  const show = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    place.replaceChildren(draw(items.filter((_, at) => words.every((word) => texts[at].includes(word)))));
  };
  field.addEventListener("input", () => {
    // What is narrowed can be sent to somebody as an address.
    const [page] = location.hash.split("?");
    history.replaceState(null, "", field.value ? `${page || "#/"}?${new URLSearchParams({ q: field.value })}` : page || "#/");
    show();
  });
  show();
  return element("div", {}, element("div", { class: "bar-of" }, element("label", {}, label, field)), place);
}
