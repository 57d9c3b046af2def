/**
 * What two texts of queries have in common when they look for the same.
 *
 * @param {string} text
 */
export const meaning = (text) => text.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase();

/**
 * The queries that a line of several may mean: "tree, road" two of them. A comma within a number is none.
 *
 * @param {string} text
 * @returns {string[]} one for a line that has no comma
 */
export function parts(text) {
  const all = text.split(/[,;、，；](?!\d)/).map((part) => part.trim()).filter(Boolean);
  return [...new Map(all.map((part) => [meaning(part), part])).values()];
}

/** Whether a text has letters that are used in English; the model knows no other language. @param {string} text */
export const mayBeEnglish = (text) => /[a-z]/i.test(text) && !/[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u.test(text);
