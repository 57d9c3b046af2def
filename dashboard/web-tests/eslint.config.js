import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["build/", "node_modules/", "../target/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: { ecmaVersion: 2022, sourceType: "module" },
    rules: {
      "max-lines": ["error", 350],
      "max-lines-per-function": ["error", 50],
      "max-len": ["error", { code: 140, ignoreStrings: true, ignoreTemplateLiterals: true }],
      "complexity": ["error", 15],
      "curly": ["error", "multi-line"],
      "eqeqeq": "error",
      "no-eval": "error",
      "no-implicit-coercion": ["error", { allow: ["+"] }],
      "no-param-reassign": "error",
      "no-shadow": "error",
      "no-throw-literal": "error",
      "no-unused-expressions": "error",
      "no-use-before-define": ["error", { functions: false, classes: false, variables: false }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
      "require-await": "error",
    },
  },
  {
    files: ["**/web/**/*.js"],
    languageOptions: { globals: globals.browser },
  },
  {
    // A list of texts has no structure that could be split.
    files: ["**/web/text/*.js"],
    rules: { "max-lines": "off" },
  },
  {
    files: ["**/web-tests/**/*.js"],
    languageOptions: { globals: globals.node },
  },
];
