/**
 * An EventTarget whose events carry one value each.
 *
 * @template Events names of the events and what each carries
 */
export class Emitter extends EventTarget {
  /**
   * @template {keyof Events & string} Name
   * @param {Name | Name[]} names
   * @param {(detail: Events[Name]) => void} listener
   */
  on(names, listener) {
    for (const name of [names].flat()) {
      this.addEventListener(name, (event) => listener(/** @type {CustomEvent} */ (event).detail));
    }
  }

  /**
   * @template {keyof Events & string} Name
   * @param {Name} name
   * @param {Events[Name] extends void ? [] : [Events[Name]]} detail
   */
  emit(name, ...detail) {
    this.dispatchEvent(new CustomEvent(name, { detail: detail[0] }));
  }
}
