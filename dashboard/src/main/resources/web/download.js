/**
 * Lets the browser keep a file.
 *
 * @param {string} name
 * @param {Blob} content
 */
export function download(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has taken it once the click is through.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/**
 * A file's name that says which camera and when.
 *
 * @param {string} camera
 * @param {number} atMs since 1970
 * @param {string} ending with its point
 */
export const fileName = (camera, atMs, ending) => `${camera}-${new Date(atMs).toISOString().slice(0, 19).replaceAll(":", "")}${ending}`;
