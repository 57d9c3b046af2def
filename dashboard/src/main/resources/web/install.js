import { language } from "./text.js";

/**
 * Browsers offer to install the page once it has a service worker; see sw.js. Only over HTTPS, or on this machine.
 *
 * @returns {Promise<ServiceWorkerRegistration | null>} null where there can be none
 */
export async function startInstall() {
  if (!navigator.serviceWorker) return null;
  try {
    return await navigator.serviceWorker.register(`sw.js?language=${language}`, { updateViaCache: "none" });
  } catch {
    // A certificate that the browser does not trust, for example: the page works without.
    return null;
  }
}
