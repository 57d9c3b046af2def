import { byId } from "./dom.js";
import { picture } from "./picture.js";
import { keepPreference } from "./preferences.js";
import { zoomAt } from "./tools.js";

const STEP = 1.25;
/** The page's own scrolling goes on for so long. */
const SCROLLING_MS = 400;
let scrolledAt = -Infinity;

/** Magnifying, full screen, how strong the overlay is. */
export function startPictureView() {
  const { canvas } = picture;
  addEventListener("scroll", () => (scrolledAt = performance.now()), { passive: true });
  canvas.addEventListener("wheel", (event) => {
    if (!picture.shown || !wheelZooms(event)) return;
    event.preventDefault();
    zoomAt(event, STEP ** (-Math.sign(event.deltaY) * Math.min(3, Math.max(1, Math.abs(event.deltaY) / 100))));
  }, { passive: false });
  byId("zoom-reset").addEventListener("click", wholePicture);
  byId("full-screen").addEventListener("click", fullScreen);
  byId("full-screen").hidden = !document.fullscreenEnabled;
  document.addEventListener("fullscreenchange", () => {
    byId("full-screen").setAttribute("aria-pressed", String(Boolean(document.fullscreenElement)));
    picture.draw();
  });
  const opacity = byId("opacity", HTMLInputElement);
  opacity.value = String(Math.round(picture.opacity * 100));
  opacity.addEventListener("input", () => {
    picture.opacity = Number(opacity.value) / 100;
    keepPreference("opacity", picture.opacity);
    picture.draw();
  });
}

/**
 * The wheel scrolls the page where it can; else, with Ctrl, or once the picture is magnified, it magnifies.
 *
 * @param {WheelEvent} event
 */
function wheelZooms(event) {
  if (event.ctrlKey || event.metaKey) return true;
  if (!picture.view.isWhole) return true;
  if (event.deltaY >= 0) return false;
  const page = document.scrollingElement;
  return Boolean(document.fullscreenElement) || (!page?.scrollTop && performance.now() - scrolledAt > SCROLLING_MS);
}

export function wholePicture() {
  picture.view.reset();
  zoomAt({ clientX: 0, clientY: 0 }, 1);
}

/** @param {number} steps of magnification around the middle; negative to see more */
export function zoomStep(steps) {
  if (!picture.shown) return;
  const rect = picture.canvas.getBoundingClientRect();
  zoomAt({ clientX: rect.left + rect.width / 2, clientY: rect.top + rect.height / 2 }, STEP ** steps);
}

export async function fullScreen() {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await byId("viewer").requestFullscreen();
}
