import { startCameras } from "./cameras.js";
import { startChart } from "./chart.js";
import { startKeys } from "./keys.js";
import { live } from "./live.js";
import { startMeters } from "./meters.js";
import { startMoments } from "./moment.js";
import { picture } from "./picture.js";
import { startPictureView } from "./pictureview.js";
import { startPrompts } from "./prompts.js";
import { startQueries } from "./queries.js";
import { startRules } from "./rules.js";
import { startSnapshots } from "./snapshot.js";
import { state } from "./state.js";
import { startWebhooks } from "./webhooks.js";
import { startZones } from "./zones.js";

/** Starts all parts of the view of one camera; once. They draw what is known by now, and then what they hear of. */
export function startCameraView() {
  picture.start();
  startCameras();
  startQueries();
  startZones();
  startPrompts();
  startPictureView();
  startMoments();
  startSnapshots();
  startChart();
  startRules();
  startWebhooks();
  startMeters();
  startKeys();
  state.announce();
  live.join();
}
