import { get, leave, post, put, remove as del } from "./api.js";
import { byId, checkbox, h, part as inside, select, toast, toastFailure, write } from "./dom.js";
import { checked, field, openDialog, openForm } from "./form.js";
import { dateAndTime } from "./format.js";
import { endPush, pushSection } from "./push.js";
import { rows } from "./rows.js";
import { state } from "./state.js";
import { t } from "./text.js";

/** @type {[value: "VIEWER" | "OPERATOR" | "ADMIN", label: string][]} */
const ROLES = [["VIEWER", t("account.viewer")], ["OPERATOR", t("account.operator")], ["ADMIN", t("account.admin")]];
/** @type {Record<string, string>} */
const SHORT = { VIEWER: t("account.viewerShort"), OPERATOR: t("account.operatorShort"), ADMIN: t("account.adminShort") };

/** Who is here: the button with the name, and the dialog of sessions, tokens and users. */
export function startAccount() {
  byId("account").addEventListener("click", () => openAccount().catch(toastFailure));
  state.on("me", () => {
    const { me } = state;
    byId("account").textContent = me.name;
    byId("account").hidden = me.way === "LOCAL";
    document.documentElement.dataset.role = me.role.toLowerCase();
  });
}

async function openAccount() {
  const { me } = state;
  const dialog = h("dialog", { class: "form account", "aria-label": t("account.title", { name: me.name }), "data-testid": "account-dialog" });
  const sessions = h("ul", { "data-testid": "session-list" });
  const tokens = h("ul", { "data-testid": "token-list" });
  const users = h("ul", { "data-testid": "user-list" });
  const push = pushSection();
  push.draw().catch(toastFailure);
  const draw = async () => {
    await Promise.all([drawSessions(sessions, draw), drawTokens(tokens, draw), me.role === "ADMIN" && drawUsers(users, draw)]);
  };
  await draw();
  openDialog(dialog,
    h("h2", {}, t("account.title", { name: me.name })),
    h("p", {}, t("account.rights", { role: ROLES.find(([role]) => role === me.role)?.[1] ?? me.role, cameras: camerasText(me.cameras) })),
    h("div", { class: "buttons" },
      me.hasPassword ? h("button", { type: "button", onclick: () => openPassword(), "data-testid": "password-open" }, t("account.changePassword")) : null,
      h("form", { method: "post", action: "logout", onsubmit: logOut },
        h("button", { type: "submit", class: "primary", "data-testid": "logout" }, t("account.logOut")))),
    push.element,
    part(t("account.sessions"), sessions, null),
    part(t("account.tokens"), tokens, h("button", { type: "button", class: "small", "data-testid": "token-add",
      onclick: () => openToken(draw) }, t("account.newToken"))),
    ...(me.role === "ADMIN" ? [part(t("account.users"), users, h("button", { type: "button", class: "small", "data-testid": "user-add",
      onclick: () => openUser(null, draw) }, t("account.addUser")))] : []),
    h("div", { class: "buttons" }, h("span", { class: "grow" }),
      h("button", { type: "button", onclick: () => dialog.close() }, t("common.close"))));
}

/**
 * Whoever has left is not told of alerts on this device any more.
 *
 * @param {SubmitEvent} event
 */
async function logOut(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  event.preventDefault();
  await endPush();
  leave();
  form.submit();
}

/**
 * @param {string} title
 * @param {HTMLElement} list
 * @param {HTMLElement | null} button
 */
const part = (title, list, button) =>
  h("section", { "aria-label": title }, h("div", { class: "head" }, h("h2", {}, title), button), list);

/** @param {string[]} cameras */
const camerasText = (cameras) => (cameras.length
  ? t("account.sees", { cameras: cameras.map((id) => state.cameras.get(id)?.name || id).join(", ") }) : t("account.seesAll"));

/** @param {number} ms */
const day = (ms) => (ms ? dateAndTime(ms) : t("account.never"));

/**
 * A list whose rows say something and have a button each that ends it.
 *
 * @template {{id: string}} Item
 * @param {HTMLElement} list
 * @param {Item[]} items
 * @param {(item: Item) => string} text
 * @param {string} action
 * @param {string} path
 * @param {() => Promise<void>} draw
 * @param {string} [empty]
 */
const endable = (list, items, text, action, path, draw, empty) => rows(list, items, {
  key: ({ id }) => id,
  make: ({ id }) => h("li", { class: "row" }, h("span", { class: "grow" }),
    h("button", { type: "button", class: "small", onclick: () => del(`${path}/${id}`).then(draw).catch(toastFailure) }, action)),
  update: (row, item) => write(inside(row, ".grow"), text(item)),
  empty,
});

/**
 * @param {HTMLElement} list
 * @param {() => Promise<void>} draw
 */
async function drawSessions(list, draw) {
  /** @type {{sessions: Session[]}} */
  const { sessions } = await get("api/sessions");
  endable(list, sessions, ({ user, lastUsedAtMs, address, agent, current }) =>
    t("account.session", { user: current ? t("account.thisOne", { user }) : user, address, used: day(lastUsedAtMs), agent }),
  t("account.end"), "api/sessions", draw);
}

/**
 * @param {HTMLElement} list
 * @param {() => Promise<void>} draw
 */
async function drawTokens(list, draw) {
  /** @type {{tokens: Token[]}} */
  const { tokens } = await get("api/tokens");
  endable(list, tokens, ({ user, name, role, cameras, expiresAtMs, lastUsedAtMs }) =>
    t("account.token", { name, user, role: SHORT[role] ?? role, cameras: camerasText(cameras), until: day(expiresAtMs), used: day(lastUsedAtMs) }),
  t("account.revoke"), "api/tokens", draw, t("account.noToken"));
}

/**
 * @param {HTMLElement} list
 * @param {() => Promise<void>} draw
 */
async function drawUsers(list, draw) {
  /** @type {{users: User[]}} */
  const { users } = await get("api/users");
  rows(list, users, {
    key: ({ name }) => name,
    make: ({ name }, current) => h("li", { class: "row", "data-user": name }, h("span", { class: "grow" }),
      h("button", { type: "button", class: "small", onclick: () => openUser(current(), draw) }, t("account.change"))),
    update: (row, { name, role, cameras, disabled }) => write(inside(row, ".grow"),
      [name, SHORT[role] ?? role, camerasText(cameras), ...(disabled ? [t("account.disabled")] : [])].join(", ")),
    empty: t("account.noUser"),
  });
}

function openPassword() {
  const old = h("input", { name: "oldPassword", type: "password", required: true, autocomplete: "current-password" });
  const next = h("input", { name: "password", type: "password", required: true, minlength: 10, autocomplete: "new-password" });
  openForm({
    title: t("account.changePassword"),
    testid: "password-form",
    body: [field(t("account.passwordNow"), old), field(t("account.newPassword"), next, t("account.newPasswordHelp"))],
    submitText: t("account.change"),
    submit: async () => {
      await put("api/me/password", { oldPassword: old.value, password: next.value });
      toast(t("account.passwordChanged"), "good");
    },
  });
}

/** @param {string[]} chosen */
function cameraBoxes(chosen) {
  const boxes = new Map([...state.cameras.values()].map((camera) =>
    [camera.id, checkbox({}, chosen.includes(camera.id))]));
  return { boxes, element: h("fieldset", {}, h("legend", {}, t("account.onlyCameras")),
    h("div", { class: "row" }, [...boxes].map(([id, box]) => h("label", { class: "inline check" }, box, ` ${state.cameras.get(id)?.name || id}`)))) };
}

/** @param {Map<string, HTMLInputElement>} boxes */
const chosenOf = (boxes) => [...boxes].filter(([, box]) => box.checked).map(([id]) => id);

/** @param {() => Promise<void>} draw */
function openToken(draw) {
  const name = h("input", { name: "name", required: true, maxlength: 200, "data-testid": "token-name" });
  const role = select({ name: "role" }, ROLES);
  const cameras = cameraBoxes([]);
  const days = h("input", { name: "expiresAtMs", type: "number", min: 1, max: 365, value: 90 });
  openForm({
    title: t("account.newToken"),
    testid: "token-form",
    body: [field(t("account.tokenFor"), name), field(t("account.role"), role), cameras.element, field(t("account.days"), days)],
    submitText: t("account.makeToken"),
    submit: async () => {
      /** @type {{token: string}} */
      const made = await post("api/tokens", { name: name.value, role: role.value, cameras: chosenOf(cameras.boxes),
        expiresAtMs: Date.now() + Number(days.value) * 86_400_000 });
      const dialog = h("dialog", { class: "form", "aria-label": t("account.tokenMade"), "data-testid": "token-made" });
      openDialog(dialog, h("h2", {}, t("account.tokenMade")), h("code", { class: "secret" }, made.token),
        h("div", { class: "buttons" }, h("button", { type: "button", onclick: () => dialog.close() }, t("common.close"))));
      await draw();
    },
  });
}

/**
 * @param {User | null} user that is changed; null for a new one
 * @param {() => Promise<void>} draw
 */
function openUser(user, draw) {
  const inputs = userInputs(user);
  openForm({
    title: user ? t("account.user", { name: user.name }) : t("account.addUser"),
    testid: "user-form",
    body: [field(t("account.name"), inputs.name, t("account.nameHelp")), field(t("account.role"), inputs.role), inputs.cameras.element,
      field(t("account.password"), inputs.password, t(user ? "account.passwordKept" : "account.passwordHelp")),
      user && checked(inputs.disabled, t("account.mayNot"))],
    submitText: t(user ? "common.save" : "account.addUser"),
    remove: user ? () => del(pathOf(user)).then(draw) : undefined,
    submit: () => saveUser(user, inputs).then(draw),
  });
}

/** @param {User} user */
const pathOf = (user) => `api/users/${encodeURIComponent(user.name)}`;

/** @param {User | null} user */
function userInputs(user) {
  const name = h("input", { name: "name", required: true, maxlength: 63, value: user?.name ?? "", autocapitalize: "none",
    "data-testid": "user-name" });
  name.disabled = user !== null;
  const role = select({ name: "role", "data-testid": "user-role" }, ROLES);
  role.value = user?.role ?? "VIEWER";
  const password = h("input", { name: "password", type: "password", required: !user, minlength: 10, autocomplete: "new-password",
    "data-testid": "user-password" });
  return { name, role, password, cameras: cameraBoxes(user?.cameras ?? []), disabled: checkbox({}, user?.disabled ?? false) };
}

/**
 * @param {User | null} user
 * @param {ReturnType<typeof userInputs>} inputs
 */
async function saveUser(user, { name, role, password, cameras, disabled }) {
  /** Cameras that are no longer there stay as they were. */
  const unknown = (user?.cameras ?? []).filter((id) => !state.cameras.has(id));
  const rights = { role: role.value, cameras: [...chosenOf(cameras.boxes), ...unknown],
    ...(password.value && { password: password.value }) };
  await (user ? put(pathOf(user), { ...rights, disabled: disabled.checked }) : post("api/users", { ...rights, name: name.value }));
}
