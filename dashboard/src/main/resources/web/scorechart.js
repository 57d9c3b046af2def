const HEIGHT = 84;
const AXIS = 16;

/**
 * Two histograms over probabilities 0..1: bars of the highest one in a frame, a line of that of the frame as a whole.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} peaks
 * @param {number[]} wholes
 * @param {number} threshold
 * @param {string} color
 */
export function drawScores(canvas, peaks, wholes, threshold, color) {
  const context = canvas.getContext("2d");
  const width = canvas.clientWidth;
  if (!context || !width) return;
  const scale = Math.min(2, window.devicePixelRatio || 1);
  canvas.style.height = `${HEIGHT}px`;
  canvas.width = Math.round(width * scale);
  canvas.height = HEIGHT * scale;
  context.scale(scale, scale);
  const style = getComputedStyle(canvas);
  const [text, muted] = [style.getPropertyValue("--text"), style.getPropertyValue("--muted")];
  const most = Math.max(1, ...peaks, ...wholes);
  const floor = HEIGHT - AXIS;
  const bar = width / peaks.length;
  // Rare scores must be seen beside frequent ones.
  const top = (/** @type {number} */ n) => floor - Math.sqrt(n / most) * (floor - 4);
  context.fillStyle = color;
  peaks.forEach((n, i) => n && context.fillRect(i * bar + 0.5, top(n), bar - 1, floor - top(n)));
  context.strokeStyle = muted;
  context.lineWidth = 1.5;
  context.beginPath();
  wholes.forEach((n, i) => {
    context.lineTo(i * bar, top(n));
    context.lineTo((i + 1) * bar, top(n));
  });
  context.stroke();
  context.strokeStyle = text;
  context.setLineDash([4, 3]);
  context.beginPath();
  context.moveTo(threshold * width, 0);
  context.lineTo(threshold * width, floor);
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = muted;
  context.font = "11px system-ui, sans-serif";
  for (const [at, align] of /** @type {[number, CanvasTextAlign][]} */ ([[0, "left"], [0.5, "center"], [1, "right"]])) {
    context.textAlign = align;
    context.fillText(`${at * 100} %`, at * width, HEIGHT - 3);
  }
}
