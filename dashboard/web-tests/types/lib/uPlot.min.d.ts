// The service serves the library beside the page's modules.
export { default } from "uplot";
