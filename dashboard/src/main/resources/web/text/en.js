/** The page's texts in English, in blocks by view. `{name}` is a place for a value. Each key is in the other languages' files, too. */
export default {
  // common
  "common.views": "Views",
  "common.wall": "Wall",
  "common.camera": "Camera",
  "common.alerts": "Alerts",
  "common.timeline": "Timeline",
  "common.system": "System",
  "common.theme": "Dark or light theme",
  "common.noSuchCamera": "There is no camera “{id}” here.",
  "common.viewFailed": "This view could not be loaded. Reload the page.",
  "common.tryingAgain": "{problem} Trying again…",
  "common.silent": "Nothing has come for some seconds: what you see is not live.",
  "common.closed": "Connection lost: what you see is not live. Reconnecting…",
  "common.refused": "The live connection is refused. {reason} Trying again…",
  "common.reconnected": "Reconnected.",

  // wall

  // camera

  // alerts

  // rules

  // webhooks

  // timeline

  // system

  // account
};
