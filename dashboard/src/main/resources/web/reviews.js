import { post } from "./api.js";
import { state } from "./state.js";

/** Most that the service takes at a time. */
const AT_ONCE = 200;

/**
 * Says that alerts were seen, acknowledged, or what there is to say of them.
 *
 * @param {string[]} ids
 * @param {{seen?: boolean, acknowledged?: boolean, note?: string}} review
 */
export async function acknowledge(ids, review) {
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    /** @type {{reviews: AlertReview[]}} */
    const { reviews } = await post("api/alert-reviews", { alerts: ids.slice(from, from + AT_ONCE), ...review });
    for (const one of reviews) state.changed({ kind: "alert-reviews", id: one.alert, value: one });
  }
}
