/**
 * The inference role: frames and prompts from Kafka through the model to observations and instance masks.
 *
 * <pre>
 * segwatch.frames, segwatch.prompts -> FrameLoop (the worker's thread)
 *  Lanes: which of two models observes a camera; each ModelLane has all of the following
 *   FramePipeline    the next batch is decoded and the last one observed while one is encoded
 *     WaitingFrames    the newest frame of each camera, by FrameDecoder's geometry; BatchPatience: until when
 *     FrameChoices     which frames are answered from an earlier encoding (EncodingChoice, PictureChange)
 *     BatchDecoder     a FrameBatch of the encoder's size, in BatchPool's buffers
 *     EncoderThread    the image encoder, on a thread of its own
 *     FrameProcessor   score, send                    -> segwatch.observations
 *       QueryScorer, CameraContext
 *       FeatureLog, CameraMasks                     -> segwatch.features, segwatch.thumbnails
 *       EncodingHistory of CachedEncoding, Backfill   a new query on past frames
 *   PromptQueue      prompts, each after the frames that were read before it
 *     PromptHandler    points, boxes and Tracks       -> segwatch.instance-masks
 * segwatch.queries -> EncodedQueries (a thread of its own)
 * segwatch.model-rollouts -> CandidateModel (a thread of its own): a second ModelLane while it is asked for
 *     ShadowComparison of some frames (a thread of its own), by AreaAgreement in ZonePixels
 * </pre>
 *
 * {@link io.segwatch.inference.worker.InferenceRole} starts it all.
 */
package io.segwatch.inference.worker;
