import { get, messageOf } from "../../api.js";
import { h, write } from "../../dom.js";
import { rows } from "../../rows.js";
import { state } from "../../state.js";
import { t } from "../../text.js";
import { cells, erasedTopicText, erasureText, kindName, verdict } from "./storagewords.js";

/** @typedef {import("./storagewords.js").Storage} Storage */
/** @typedef {import("./storagewords.js").Held} Held */
/** @typedef {import("./storagewords.js").Erasure} Erasure */
/** @typedef {{key: string, name: string, held: Held, topic: boolean}} Row */

const ASK_MS = 15_000;
/** @type {import("../../text.js").TextKey[]} */
const COLUMNS = ["storage.kind", "storage.holds", "storage.aDay", "storage.will", "storage.may", "system.records", "storage.oldest", "storage.first"];

/** The section about what is kept. It asks while it is shown; `stop` ends that. */
export function storageSection() {
  const body = h("tbody", {});
  const verdictLine = h("p", { class: "verdict", "data-testid": "storage-verdict" }, t("storage.asking"));
  const remarks = h("ul", { class: "remarks" });
  const copies = h("p", { class: "muted" });
  const erased = erasureList();
  const topics = h("button", { type: "button", class: "small", "aria-pressed": "false", "data-testid": "storage-topics",
    onclick: () => {
      topics.setAttribute("aria-pressed", String(topics.getAttribute("aria-pressed") !== "true"));
      draw();
    } }, t("storage.topics"));
  const table = h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": t("storage.title") },
    h("table", { class: "stack" }, h("thead", {}, h("tr", {}, ...COLUMNS.map((column) => h("th", { scope: "col" }, t(column))))), body));
  const section = h("section", { class: "panel storage", "data-testid": "system-storage" },
    h("div", { class: "head" }, h("h2", {}, t("storage.title")), topics), verdictLine, table, copies, remarks, erased.part);
  /** @type {Storage | null} */
  let storage = null;

  async function ask() {
    if (document.hidden) return;
    try {
      /** @type {[Storage, {erasures: Erasure[]}]} */
      const [kept, { erasures }] = await Promise.all([get("api/storage"), get("api/erasures")]);
      storage = kept;
      erased.draw(erasures);
      draw();
    } catch (failure) {
      verdictLine.className = "verdict bad";
      write(verdictLine, messageOf(failure));
    }
    table.hidden = topics.hidden = !storage;
  }

  function draw() {
    if (!storage) return;
    const { kind, text } = verdict(storage);
    verdictLine.className = `verdict ${kind}`;
    write(verdictLine, text);
    rows(body, listed(storage, topics.getAttribute("aria-pressed") === "true"), { key: ({ key }) => key, make: storageRow, update: updateRow });
    write(copies, storage.copies > 1 ? t("storage.copies", { n: storage.copies }) : "");
    rows(remarks, storage.remarks, { key: (remark) => remark, make: (remark) => h("li", {}, remark) });
  }

  table.hidden = topics.hidden = true;
  ask();
  const asking = window.setInterval(ask, ASK_MS);
  return { section, stop: () => clearInterval(asking), storage: () => storage };
}

/** Cameras whose past was deleted, the last first. */
function erasureList() {
  const list = h("ul", { class: "erasures", "data-testid": "system-erasures" });
  const part = h("div", { hidden: true }, h("h3", {}, t("storage.erasures")), list);
  /** @param {Erasure[]} erasures */
  const draw = (erasures) => {
    part.hidden = !erasures.length;
    const now = state.now();
    rows(list, [...erasures].sort((a, b) => Number(b.requestedAtMs) - Number(a.requestedAtMs)), {
      key: ({ camera }) => camera,
      make: ({ camera }) => h("li", { "data-camera": camera }, h("b", {}, camera), " ", h("span", {}),
        h("details", {}, h("summary", {}, t("storage.topics")), h("ul", {}))),
      update: (row, erasure) => {
        const [, text, details] = /** @type {HTMLElement[]} */ ([...row.children]);
        write(text, erasureText(erasure, now));
        details.hidden = !erasure.topics.length;
        rows(/** @type {HTMLElement} */ (details.lastElementChild), erasure.topics,
          { key: ({ topic }) => topic, make: () => h("li", {}), update: (line, topic) => write(line, erasedTopicText(topic, now)) });
      },
    });
  };
  return { part, draw };
}

/**
 * @param {Storage} storage
 * @param {boolean} topics
 * @returns {Row[]}
 */
const listed = (storage, topics) => [
  ...storage.kinds.flatMap((kind) => [
    { key: kind.kind, name: kindName(kind.kind), held: kind, topic: false },
    ...(topics ? kind.topics.map((held) => ({ key: held.topic, name: held.topic, held, topic: true })) : []),
  ]),
  { key: "total", name: t("storage.total"), held: storage.total, topic: false },
];

/** @param {Row} row */
const storageRow = ({ key, topic }) => h("tr", { class: topic ? "topic" : key === "total" ? "total" : "kind", "data-kind": key },
  h("th", { scope: "row" }), ...COLUMNS.slice(1).map((column) => h("td", { "data-label": t(column) })));

/**
 * @param {HTMLElement} element
 * @param {Row} row
 */
function updateRow(element, { key, name, held }) {
  const texts = [name, ...cells(held, state.now())];
  if (key === "total") texts[texts.length - 1] = "";
  texts.forEach((text, i) => write(element.children[i], text));
  element.classList.toggle("short", held.limit === "SIZE" && key !== "total");
}
