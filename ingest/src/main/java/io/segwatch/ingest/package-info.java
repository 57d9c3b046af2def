/**
 * Cameras to frames.
 *
 * <pre>
 * segwatch.cameras -> CameraReconciler (those that deal.CameraDeal says) -> Grabber (a thread a camera) -> segwatch.frames
 *                                           InputSpec      what FFmpeg may open, and with which options
 *                                           CameraConnection, HttpInput, CameraHttp, RtspRelay, RtspRoute
 *                                                          every byte of the network, at addresses of CameraNetworks,
 *                                                          signed by SignIn, counted by GuardedSocket and Deadline
 *                                           VideoReader    packets and pictures (FFmpeg)
 *                                           PictureDecoder, NeededPictures, KeyFrames, Disposable
 *                                                          which packets are decoded
 *                                           JpegParts      JPEGs out of whatever a camera strings them together with
 *                                           WholePictures  interlaced pictures made whole
 *                                           PictureShape   how a picture is shown
 *                                           Patience       how long a camera may take
 *                                           BurstClock     when a picture without a timestamp is given out
 *                                           CaptureClock   when a live picture was captured
 *                                           PlaybackClock  when a picture of a file is due
 *                                           Sampler        which pictures are published
 *                                           JpegEncoder    pictures scaled and encoded
 *                                           Status         -> segwatch.camera-status
 * </pre>
 *
 * {@link io.segwatch.ingest.IngestRole} starts it all.
 */
package io.segwatch.ingest;
