/**
 * Cameras to frames.
 *
 * <pre>
 * segwatch.cameras -> Cameras -> Grabber (a thread a camera) -> segwatch.frames
 *                                  Source   what may be opened, and how
 *                                  Video    packets and pictures (FFmpeg)
 *                                  CaptureClock, Pacer   when a picture was taken
 *                                  Sampler  which pictures are published
 *                                  Jpeg     scaled and encoded
 *                                  Status   -> segwatch.camera-status
 * </pre>
 *
 * {@link io.segwatch.ingest.IngestRole} is the door.
 */
package io.segwatch.ingest;
