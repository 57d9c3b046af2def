import { get } from "./api.js";
import { byId, h } from "./dom.js";
import { t, translatePage } from "./text.js";

translatePage();

/**
 * The OpenAPI document, for people.
 *
 * @typedef {{content: {[type: string]: {schema: {$ref?: string, properties?: object}}}}} Body
 * @typedef {{summary: string, parameters?: {name: string}[], requestBody?: Body}} Operation
 * @type {{info: {description: string}, paths: {[path: string]: {[method: string]: Operation}},
 *   components: {schemas: {[name: string]: {properties?: object}}}}}
 */
const doc = await get("api/openapi.json");
byId("api").append(
  h("p", {}, doc.info.description),
  h("p", {}, h("a", { href: "api/openapi.json" }, "openapi.json")),
  ...Object.entries(doc.paths).flatMap(([path, item]) =>
    Object.entries(item).filter(([method]) => method !== "parameters").map(([method, operation]) => row(path, method, operation))),
  h("h2", {}, t("api.messages")),
  ...Object.entries(doc.components.schemas).map(([name, schema]) =>
    h("details", {}, h("summary", {}, name), h("pre", {}, JSON.stringify(schema.properties ?? schema, null, 1)))));

/**
 * @param {string} path
 * @param {string} method
 * @param {Operation} operation
 */
function row(path, method, operation) {
  const body = operation.requestBody?.content["application/json"].schema;
  const schema = body?.$ref?.split("/").pop() ?? Object.keys(body?.properties ?? {}).join(", ");
  const query = (operation.parameters ?? []).map((parameter) => parameter.name).join(", ");
  return h("div", { class: "operation" },
    h("code", { class: "method" }, method.toUpperCase()), h("code", {}, path), h("span", {}, operation.summary),
    schema || query ? h("small", { class: "muted" }, schema ? t("api.body", { schema }) : t("api.parameters", { names: query })) : null);
}
