/** Calls the REST API; a refusal becomes an Error with `status` and `problems`. */
async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Error("Segwatch does not answer. Is it still running?");
  }
  if (response.status === 401) {
    location.assign("/login");
  }
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    answer = null;
  }
  if (!response.ok) {
    const problems = answer?.problems ?? [];
    const message = problems.map((p) => `${p.field} ${p.message}`).join("; ") || `HTTP ${response.status}`;
    throw Object.assign(new Error(message), { status: response.status, problems: problems.length ? problems : undefined });
  }
  return answer;
}

export const get = (path) => call("GET", path);
export const post = (path, body) => call("POST", path, body);
export const put = (path, body) => call("PUT", path, body);
export const remove = (path) => call("DELETE", path);
