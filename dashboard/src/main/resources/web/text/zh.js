/** The page's texts in Chinese; the same keys as in en.js. @type {Record<keyof typeof import("./en.js").default, string>} */
export default {
  // common
  "common.views": "视图",
  "common.wall": "监控墙",
  "common.camera": "摄像头",
  "common.alerts": "告警",
  "common.timeline": "时间轴",
  "common.system": "系统",
  "common.theme": "深色或浅色主题",
  "common.noSuchCamera": "没有名为“{id}”的摄像头。",
  "common.viewFailed": "无法加载此视图，请刷新页面。",
  "common.tryingAgain": "{problem} 正在重试…",
  "common.silent": "已有数秒没有收到数据：您看到的不是实时画面。",
  "common.closed": "连接已断开：您看到的不是实时画面。正在重新连接…",
  "common.refused": "实时连接被拒绝。{reason} 正在重试…",
  "common.reconnected": "已重新连接。",

  // wall

  // camera

  // alerts

  // rules

  // webhooks

  // timeline

  // system

  // account
};
