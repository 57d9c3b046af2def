import { h, percent } from "./dom.js";

/**
 * How many frames had which value, over 100 bins of 0..to; logarithmic, for most have none. A second row of counts is
 * drawn as a line over it, scaled to the first.
 */
export function histogram({ bins, to = 1, enter, exit, baseline = [], label = percent, about }) {
  const width = 440;
  const height = 90;
  const canvas = h("canvas", { width, height, role: "img", "aria-label": about });
  const context = canvas.getContext("2d");
  const style = getComputedStyle(document.documentElement);
  let used = bins.length;
  while (used > 10 && !bins[used - 1] && !baseline[used - 1]) used--;
  const shownBins = Math.min(bins.length, Math.max(10, used + 2, Math.ceil((enter / to) * 100) + 2));
  const top = Math.log1p(Math.max(1, ...bins));
  const x = (value) => (value / to) * 100 * (width / shownBins);
  const y = (count) => height - 14 - (Math.log1p(count) / top) * (height - 16);
  context.fillStyle = style.getPropertyValue("--accent");
  for (let i = 0; i < shownBins; i++) {
    context.fillRect((i * width) / shownBins + 0.5, y(bins[i] ?? 0), width / shownBins - 1, height - 14 - y(bins[i] ?? 0));
  }
  const sum = (counts) => counts.reduce((all, count) => all + count, 0);
  if (sum(baseline)) {
    const scale = sum(bins) / sum(baseline);
    context.strokeStyle = style.getPropertyValue("--text");
    context.beginPath();
    for (let i = 0; i < shownBins; i++) context.lineTo(((i + 0.5) * width) / shownBins, y((baseline[i] ?? 0) * scale));
    context.stroke();
  }
  context.fillStyle = style.getPropertyValue("--quiet");
  context.font = "10px system-ui, sans-serif";
  for (const part of [0, 0.5, 1]) {
    const value = (part * to * shownBins) / 100;
    context.textAlign = ["left", "center", "right"][part * 2];
    context.fillText(label(value), x(value), height - 2);
  }
  for (const [value, color] of [[enter, "--bad"], [exit, "--good"]]) {
    context.fillStyle = style.getPropertyValue(color);
    context.fillRect(x(value) - 1, 0, 2, height - 14);
  }
  return canvas;
}
