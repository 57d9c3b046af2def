import { t } from "./text.js";

/** The API has refused a request: what is wrong, field by field. */
export class ApiError extends Error {
  /** Status of a definition that has changed since it was read. */
  static STALE = 412;
  static WRONG_METHOD = 405;

  /**
   * @param {number} status of HTTP
   * @param {Problem[]} problems
   */
  constructor(status, problems) {
    super(problems.map((problem) => `${problem.field} ${problem.detail}`).join("; ") || `HTTP ${status}`);
    this.status = status;
    this.problems = problems;
  }
}

/** An answer that takes longer is lost on its way; a search of the recorded past takes its time. */
const ANSWER_WITHIN_MS = 20_000;
const SEARCH_WITHIN_MS = 120_000;

/**
 * @param {string} method
 * @param {string} path below the page's own
 * @param {{body?: unknown, etag?: string}} [request]
 */
async function call(method, path, { body, etag } = {}) {
  let response;
  try {
    response = await fetch(path, {
      method,
      // What is deleted when the page is left is deleted all the same.
      keepalive: method === "DELETE",
      headers: { ...(body !== undefined && { "Content-Type": "application/json" }), ...(etag && { "If-Match": etag }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(path === "api/rules/backtest" ? SEARCH_WITHIN_MS : ANSWER_WITHIN_MS),
    });
  } catch {
    throw new Error(t("common.noAnswer"));
  }
  if (!response.ok) throw await refusal(response);
  return parsed(await response.text().catch(() => ""));
}

let leaving = false;

/** Whoever logs out needs not be told that the session has ended. */
export function leave() {
  leaving = true;
}

/**
 * What an answer that is none says. Who is logged out is led to the log-in.
 *
 * @param {Response} response
 */
export async function refusal(response) {
  if (response.status === 401 && !leaving) {
    sessionStorage.setItem("wanted", location.href);
    location.assign("login#expired");
  }
  const answer = parsed(await response.text().catch(() => ""));
  return new ApiError(response.status, answer?.errors ?? []);
}

/**
 * Why the service would refuse a WebSocket at this address: its own words, or "" when it would not.
 *
 * @param {string} path
 */
export async function ask(path) {
  try {
    await call("POST", path);
  } catch (failure) {
    if (failure instanceof ApiError && failure.status !== ApiError.WRONG_METHOD) return problemLines(failure).join(" ");
  }
  return "";
}

/** @param {string} text */
function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    // A proxy's page, for example; the status says what happened.
    return null;
  }
}

/**
 * What is wrong, a line each.
 *
 * @param {unknown} failure
 * @returns {string[]}
 */
export function problemLines(failure) {
  if (failure instanceof ApiError && failure.problems.length) {
    return failure.problems.map((problem) => `${problem.field}: ${problem.detail}`);
  }
  return [messageOf(failure)];
}

/** @param {unknown} failure */
export const messageOf = (failure) => (failure instanceof Error ? failure.message : String(failure));

/** @type {<Answer>(path: string) => Promise<Answer>} */
export const get = (path) => call("GET", path);
/** @type {<Answer>(path: string, body: unknown) => Promise<Answer>} */
export const post = (path, body) => call("POST", path, { body });
/** @type {<Answer>(path: string, body: unknown) => Promise<Answer>} */
export const put = (path, body) => call("PUT", path, { body });
/**
 * @param {string} path
 * @param {string} [etag] of what is to be deleted: fails when it is not the newest
 */
export const remove = (path, etag) => call("DELETE", path, { etag });
