/**
 * @typedef {object} Navigation how a person moves in time over a plot
 * @property {(from: number, to: number) => void} zoom to these seconds
 * @property {(from: number, to: number) => void} pan to these seconds, of the same length
 * @property {() => void} reset
 * @property {(second: number) => void} [click]
 */

const LEAST_DRAG_PX = 4;

/**
 * Options of a uPlot for moving in time: dragging selects what to zoom to, dragging with Shift pans, a double click resets.
 *
 * @param {Navigation} navigation
 * @returns {Pick<uPlot.Options, "hooks"> & {cursor: uPlot.Cursor}}
 */
export function navigation({ zoom, pan, reset, click }) {
  return {
    cursor: {
      y: false, points: { size: 6 }, drag: { x: true, y: false, setScale: false },
      bind: {
        mousedown: (plot, _, usual) => (event) => {
          if (event.shiftKey) startPan(plot, event, pan);
          else usual(event);
          return null;
        },
        dblclick: () => () => {
          reset();
          return null;
        },
      },
    },
    hooks: {
      setSelect: [(plot) => {
        const { left, width } = plot.select;
        if (width < LEAST_DRAG_PX) return;
        const [from, to] = [plot.posToVal(left, "x"), plot.posToVal(left + width, "x")];
        plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        zoom(from, to);
      }],
      ready: [(plot) => {
        let downAt = 0;
        plot.over.addEventListener("mousedown", (event) => (downAt = event.clientX));
        plot.over.addEventListener("click", (event) => {
          if (click && !event.shiftKey && Math.abs(event.clientX - downAt) < LEAST_DRAG_PX) {
            click(plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, "x"));
          }
        });
      }],
    },
  };
}

/**
 * @param {uPlot} plot
 * @param {MouseEvent} start
 * @param {Navigation["pan"]} pan
 */
function startPan(plot, start, pan) {
  const [from, to] = [plot.scales.x.min ?? 0, plot.scales.x.max ?? 1];
  const perPixel = (to - from) / Math.max(1, plot.over.clientWidth);
  /** @param {MouseEvent} event */
  const move = (event) => {
    const by = (start.clientX - event.clientX) * perPixel;
    pan(from + by, to + by);
  };
  document.addEventListener("mousemove", move);
  document.addEventListener("mouseup", () => document.removeEventListener("mousemove", move), { once: true });
}
