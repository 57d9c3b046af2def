/** The log-in form shows the ways that there are; without this script it shows both. */
async function start() {
  const answer = await fetch("login/options");
  /** @type {{accounts: boolean, token: boolean}} */
  const { accounts, token } = await answer.json();
  const byPassword = document.querySelector("#by-password");
  const byToken = document.querySelector("#by-token");
  if (!(byPassword instanceof HTMLFormElement) || !(byToken instanceof HTMLFormElement)) return;
  byPassword.hidden = !accounts && token;
  byToken.hidden = !token;
  const first = document.querySelector("form:not([hidden]) input");
  if (first instanceof HTMLInputElement) first.focus();
}

start();
