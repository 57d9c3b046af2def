import { byId, toast } from "./dom.js";
import { download, fileName } from "./download.js";
import { picture } from "./picture.js";
import { t } from "./text.js";

const QUALITY = 0.92;

/** The picture as a file: as it came, or with what lies over it. */
export function startSnapshots() {
  byId("snapshot").addEventListener("click", () => keep(false));
  byId("snapshot-overlay").addEventListener("click", () => keep(true));
}

/** @param {boolean} overlay */
async function keep(overlay) {
  const { shown } = picture;
  if (!shown) {
    toast(t("camera.noPicture"));
    return;
  }
  const canvas = overlay ? picture.withOverlay() : plain(shown.bitmap);
  const image = await canvas?.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  if (image) download(fileName(shown.header.camera, shown.header.capturedAt, overlay ? "-overlay.jpg" : ".jpg"), image);
}

/** @param {ImageBitmap} bitmap */
function plain(bitmap) {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  return canvas;
}
