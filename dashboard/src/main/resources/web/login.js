import { t, translatePage } from "./text.js";

/** The log-in form shows the ways that there are; without this script it shows both. */
async function start() {
  translatePage();
  // The page goes there once somebody is let in, by whichever way.
  const wanted = new URLSearchParams(location.search).get("wanted");
  if (wanted) sessionStorage.setItem("wanted", wanted);
  const answer = await fetch("login/options");
  /** @type {{accounts: boolean, token: boolean, provider: string}} */
  const { accounts, token, provider } = await answer.json();
  const byPassword = document.querySelector("#by-password");
  const byToken = document.querySelector("#by-token");
  if (!(byPassword instanceof HTMLFormElement) || !(byToken instanceof HTMLFormElement)) return;
  byPassword.hidden = !accounts && (token || provider !== "");
  byToken.hidden = !token;
  const byProvider = document.querySelector("#by-provider");
  if (byProvider instanceof HTMLAnchorElement && provider) {
    byProvider.textContent = t("login.with", { provider });
    byProvider.hidden = false;
    const leave = document.querySelector("#leave-provider");
    if (leave instanceof HTMLAnchorElement) {
      leave.textContent = t("login.leaveToo", { provider });
      leave.hidden = false;
    }
  }
  const first = document.querySelector("form:not([hidden]) input");
  if (first instanceof HTMLInputElement) first.focus();
}

start();
