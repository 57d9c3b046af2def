/**
 * The inference role: frames and prompts from Kafka through the model to observations and instance masks.
 *
 * <pre>
 * segwatch.frames, segwatch.prompts -> FrameLoop (the worker's thread)
 *   WaitingFrames    the newest frame of each camera, by FrameDecoder's geometry
 *   FrameProcessor   decode, encode, score, send    -> segwatch.observations
 *     BatchPool, QueryScorer, CameraContext
 *     FeatureLog, CameraMasks                     -> segwatch.features, segwatch.thumbnails
 *     EncodingHistory of CachedEncoding, Backfill   a new query on past frames
 *   PromptHandler    points, boxes and Tracks       -> segwatch.instance-masks
 * segwatch.queries -> EncodedQueries (a thread of its own)
 * </pre>
 *
 * {@link io.segwatch.inference.worker.InferenceRole} starts it all.
 */
package io.segwatch.inference.worker;
