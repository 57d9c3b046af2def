import { get, post, put, remove as del } from "./api.js";
import { byId, checkbox, h, select, toast, toastFailure } from "./dom.js";
import { checked, field, openDialog, openForm } from "./form.js";
import { state } from "./state.js";

/** @type {[value: string, label: string][]} */
const ROLES = [["VIEWER", "Viewer: looks"], ["OPERATOR", "Operator: also queries, rules, zones"],
  ["ADMIN", "Admin: also cameras, webhooks, users"]];

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
  const dialog = h("dialog", { class: "form account", "aria-label": "Account", "data-testid": "account-dialog" });
  const sessions = h("ul", { "data-testid": "session-list" });
  const tokens = h("ul", { "data-testid": "token-list" });
  const users = h("ul", { "data-testid": "user-list" });
  const draw = async () => {
    sessions.replaceChildren(...(await sessionRows(draw)));
    tokens.replaceChildren(...(await tokenRows(draw)));
    if (me.role === "ADMIN") users.replaceChildren(...(await userRows(draw)));
  };
  await draw();
  openDialog(dialog,
    h("h2", {}, `Account ${me.name}`),
    h("p", {}, `${ROLES.find(([role]) => role === me.role)?.[1]}; ${camerasText(me.cameras)}.`),
    h("div", { class: "buttons" },
      me.hasPassword ? h("button", { type: "button", onclick: () => openPassword(), "data-testid": "password-open" }, "Change password") : null,
      h("form", { method: "post", action: "logout" },
        h("button", { type: "submit", class: "primary", "data-testid": "logout" }, "Log out"))),
    part("Sessions", sessions, null),
    part("Tokens of programs", tokens, h("button", { type: "button", class: "small", "data-testid": "token-add",
      onclick: () => openToken(draw) }, "New token")),
    ...(me.role === "ADMIN" ? [part("Users", users, h("button", { type: "button", class: "small", "data-testid": "user-add",
      onclick: () => openUser(null, draw) }, "Add user"))] : []),
    h("div", { class: "buttons" }, h("span", { class: "grow" }),
      h("button", { type: "button", onclick: () => dialog.close() }, "Close")));
}

/**
 * @param {string} title
 * @param {HTMLElement} list
 * @param {HTMLElement | null} button
 */
const part = (title, list, button) =>
  h("section", { "aria-label": title }, h("div", { class: "head" }, h("h2", {}, title), button), list);

/** @param {string[]} cameras */
const camerasText = (cameras) => (cameras.length ? `sees ${cameras.join(", ")}` : "sees all cameras");

/** @param {number} ms */
const day = (ms) => (ms ? new Date(ms).toLocaleString() : "never");

/**
 * A line of a list with a button that ends what it is about.
 *
 * @param {string} text
 * @param {string} action
 * @param {string} path
 * @param {() => Promise<void>} draw
 */
const row = (text, action, path, draw) => h("li", { class: "row" }, h("span", { class: "grow" }, text),
  h("button", { type: "button", class: "small", onclick: () => del(path).then(draw).catch(toastFailure) }, action));

/** @param {() => Promise<void>} draw */
async function sessionRows(draw) {
  /** @type {{sessions: Session[]}} */
  const { sessions } = await get("api/sessions");
  return sessions.map(({ id, user, lastUsedAtMs, address, agent, current }) =>
    row(`${user}${current ? " (this one)" : ""}, from ${address}, used ${day(lastUsedAtMs)}, ${agent}`, "End", `api/sessions/${id}`, draw));
}

/** @param {() => Promise<void>} draw */
async function tokenRows(draw) {
  /** @type {{tokens: Token[]}} */
  const { tokens } = await get("api/tokens");
  if (!tokens.length) return [h("li", { class: "empty-line" }, "No token yet. A program shows one to use the API.")];
  return tokens.map(({ id, user, name, role, cameras, expiresAtMs, lastUsedAtMs }) =>
    row(`${name} of ${user}, ${role.toLowerCase()}, ${camerasText(cameras)}, until ${day(expiresAtMs)}, used ${day(lastUsedAtMs)}`,
      "Revoke", `api/tokens/${id}`, draw));
}

/** @param {() => Promise<void>} draw */
async function userRows(draw) {
  /** @type {{users: User[]}} */
  const { users } = await get("api/users");
  if (!users.length) return [h("li", { class: "empty-line" }, "No user yet. From the first one on everybody logs in.")];
  return users.map((user) => h("li", { class: "row", "data-user": user.name },
    h("span", { class: "grow" }, `${user.name}, ${user.role.toLowerCase()}, ${camerasText(user.cameras)}${user.disabled ? ", disabled" : ""}`),
    h("button", { type: "button", class: "small", onclick: () => openUser(user, draw) }, "Change")));
}

function openPassword() {
  const old = h("input", { name: "oldPassword", type: "password", required: true, autocomplete: "current-password" });
  const next = h("input", { name: "password", type: "password", required: true, minlength: 10, autocomplete: "new-password" });
  openForm({
    title: "Change password",
    testid: "password-form",
    body: [field("Password now", old), field("New password", next, "10 characters or more. All other sessions end.")],
    submitText: "Change",
    submit: async () => {
      await put("api/me/password", { oldPassword: old.value, password: next.value });
      toast("Your password is changed.", "good");
    },
  });
}

/** @param {string[]} chosen */
function cameraBoxes(chosen) {
  const boxes = new Map([...state.cameras.values()].map((camera) =>
    [camera.id, checkbox({}, chosen.includes(camera.id))]));
  return { boxes, element: h("fieldset", {}, h("legend", {}, "Only these cameras (none chosen: all)"),
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
    title: "New token",
    testid: "token-form",
    body: [field("What it is for", name), field("Role", role), cameras.element, field("Days until it expires", days)],
    submitText: "Make token",
    submit: async () => {
      /** @type {{token: string}} */
      const made = await post("api/tokens", { name: name.value, role: role.value, cameras: chosenOf(cameras.boxes),
        expiresAtMs: Date.now() + Number(days.value) * 86_400_000 });
      const dialog = h("dialog", { class: "form", "aria-label": "The token", "data-testid": "token-made" });
      openDialog(dialog, h("h2", {}, "The token, shown this once"), h("code", { class: "secret" }, made.token),
        h("div", { class: "buttons" }, h("button", { type: "button", onclick: () => dialog.close() }, "Close")));
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
    title: user ? `User ${user.name}` : "New user",
    testid: "user-form",
    body: [field("Name", inputs.name, "a-z, 0-9 and ._@+-"), field("Role", inputs.role), inputs.cameras.element,
      field("Password", inputs.password, user ? "Empty: as it was. A change ends all sessions of the account." : "10 characters or more"),
      user && checked(inputs.disabled, "May not log in")],
    submitText: user ? "Save" : "Add user",
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
