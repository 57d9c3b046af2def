// What the page's modules name in JSDoc. The contract's messages are generated from its .proto files (`npm run types`),
// so that a field which is renamed there fails the type check of the page.
import type * as definitions from "./build/contracts/segwatch/v1/definitions_pb.js";
import type * as delivery from "./build/contracts/segwatch/v1/delivery_pb.js";
import type * as facts from "./build/contracts/segwatch/v1/facts_pb.js";
import type * as geometry from "./build/contracts/segwatch/v1/geometry_pb.js";
import type * as past from "./build/contracts/segwatch/v1/past_pb.js";

/** A message as the service writes it: every plain field is there, a field that is itself a message may be missing. */
type Written<T> =
  number extends T ? number
  : T extends string | boolean | number ? T
  : T extends (infer Item)[] ? Written<Item>[]
  : { [K in keyof T as IsMessage<T[K]> extends true ? never : K]-?: Written<NonNullable<T[K]>> }
    & { [K in keyof T as IsMessage<T[K]> extends true ? K : never]?: Written<NonNullable<T[K]>> };
type IsMessage<T> = NonNullable<T> extends string | number | boolean | unknown[] ? false : true;

declare global {
  /** What the service adds to a definition; a definition that is sent back with it replaces no newer one. */
  type Tagged = { etag: string; warnings?: Problem[] };
  type Camera = Written<definitions.CameraJson> & Tagged;
  type Zone = Written<definitions.ZoneJson>;
  type PrivacyMask = Written<definitions.PrivacyMaskJson>;
  type Query = Written<definitions.QueryJson> & Tagged;
  type RuleFields = Written<definitions.RuleJson>;
  type Rule = RuleFields & Tagged;
  type Measure = definitions.Rule_MeasureJson;
  type Schedule = Written<definitions.ScheduleJson>;
  type Webhook = Written<delivery.WebhookJson> & Tagged;
  type WebhookFormat = delivery.Webhook_FormatJson;
  type WebhookTest = Written<delivery.WebhookTestJson>;
  type WebhookStatus = Written<delivery.WebhookStatusJson>;
  type CameraStatus = Written<facts.CameraStatusJson>;
  type WorkerStatus = Written<facts.WorkerStatusJson>;
  type CandidateStatus = Written<facts.CandidateStatusJson>;
  type AreaComparison = Written<facts.AreaComparisonJson>;
  type ModelRollout = Written<definitions.ModelRolloutJson>;
  type Alert = Written<facts.AlertJson>;
  type AlertState = facts.Alert_StateJson;
  type AlertReview = Written<definitions.AlertReviewJson>;
  type Mute = Written<definitions.MuteJson>;
  /** As `GET /api/alerts` tells it. */
  type WholeAlert = Alert & {
    openedReason: string; openedValue: number; cameraName: string; zoneName: string; muted: boolean; review?: AlertReview;
  };
  type Area = Written<facts.AreaJson>;
  type Calibration = Written<facts.CalibrationJson>;
  type Spread = Written<facts.SpreadJson>;
  type BacktestReport = Written<facts.BacktestReportJson>;
  type SearchStart = Written<past.SearchStartJson>;
  type SearchProgress = Written<past.SearchProgressJson>;
  type SearchMoment = Written<past.SearchMomentJson>;
  type SearchSeries = Written<past.SearchSeriesJson>;
  type SearchEnd = Written<past.SearchEndJson>;
  type SearchHeat = Written<past.SearchHeatJson>;
  type SearchFailure = Written<past.SearchFailureJson>;
  type UnreadableFeatures = Written<past.UnreadableFeaturesJson>;
  type NearestWord = Written<past.NearestWordJson>;
  /** A line of the answer to `POST /api/search`: one of these. */
  type SearchEvent = {
    start?: SearchStart; progress?: SearchProgress; moment?: SearchMoment; series?: SearchSeries; end?: SearchEnd; failure?: SearchFailure;
  };
  type Me = { name: string; role: "VIEWER" | "OPERATOR" | "ADMIN"; cameras: string[]; way: string; hasPassword: boolean };
  type User = { name: string; role: "VIEWER" | "OPERATOR" | "ADMIN"; cameras: string[]; disabled: boolean };
  type Session = { id: string; user: string; lastUsedAtMs: number; address: string; agent: string; current: boolean };
  type Token = { id: string; user: string; name: string; role: string; cameras: string[]; expiresAtMs: number; lastUsedAtMs: number };
  /** A part of the picture: 0..1 from the left, 0..1 from the top. */
  type Point = { x: number; y: number };
  type Box = { x0: number; y0: number; x1: number; y1: number };
  type PromptPoint = { at: Point; inside: boolean };
  /** COCO's compressed run lengths. */
  type Mask = Required<geometry.MaskJson>;

  /** Definitions by kind, as in the paths of the API. */
  type DefinitionTypes = { cameras: Camera; queries: Query; rules: Rule; webhooks: Webhook };
  type Kind = keyof DefinitionTypes;
  /** A form's definition: what it does not set stays as it is, or gets the service's default. */
  type Draft<K extends Kind> = Partial<DefinitionTypes[K]> & { secret?: string; username?: string; password?: string };

  /** What is wrong with one field of a request. */
  type Problem = { field: string; detail: string };

  /** `GET /api/status`. */
  type Status = {
    cameras: CameraStatus[]; workers: WorkerStatus[]; atMs: number; defaultRules: RuleFields[];
  };

  /** An answer to a prompt, in the live stream. */
  type InstanceAnswer = {
    prompt: string; epoch: number; sequence: number; iou: number; share: number; track: string; error: string; lost: boolean;
    mask: Mask;
  };
  /** The header of a picture in the live stream. */
  type PictureHeader = {
    camera: string; epoch: number; sequence: number; capturedAt: number; fps: number; width: number; height: number; observed: boolean;
    encoderMs?: number; queries?: QueryMask[];
  };
  type QueryMask = { id: string; share: number; peak: number; class: number; mask: Mask };
  type Change = { kind: string; id: string; value: unknown };
  type LiveEvents = {
    open: void; closed: void; heard: void; silent: void; refused: string; picture: { header: PictureHeader; jpeg: Blob }; alert: Alert; area: Area; instance: InstanceAnswer;
  };

  /** A mask's pixels, row-major, 0 and 1; its outline once it has been drawn. */
  type Shape = { pixels: Uint8Array; width: number; height: number; outline?: Path2D };
  /** A picture with its masks. */
  type Shown = { header: PictureHeader; bitmap: ImageBitmap; masks: (QueryMask & { shape: Shape | null })[] };
  type Layer = (context: CanvasRenderingContext2D, width: number, height: number) => void;

  /** What the pointer and the keys do on the picture; see tools.js. */
  type Tool = {
    hint: () => string;
    /** Whether a finger draws, rather than moves the picture or the page. */
    touch?: () => boolean;
    /** Where the pointer is while it is not pressed; whether that changes what is drawn. */
    hover?: (at: Point | null) => boolean;
    down?: (at: Point, event: PointerEvent) => void;
    move?: (at: Point, distance: number, event: PointerEvent) => void;
    up?: (at: Point, event: PointerEvent) => void;
    /** A double click; whether the tool has taken it. */
    twice?: (at: Point) => boolean;
    cancel?: () => void;
    key?: (event: KeyboardEvent, onPicture: boolean) => (() => void) | null;
    paint?: Layer;
  };
}
