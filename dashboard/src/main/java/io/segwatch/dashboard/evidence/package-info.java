/**
 * What lasts of an alert: the frames at which it opened, peaked and ended, and ten seconds of video.
 *
 * <p>{@code EvidenceKeeper} reads alerts and keeps their frames ({@code AlertMoment} says which, {@code EvidenceMaker}
 * makes the record) while Kafka has them; {@code ClipMaker} makes the videos, one at a time, with {@code ClipEncoder}.
 * {@code AlreadyKept} knows what is there, so that nothing is made twice, and a {@code Tenure} writes only what is this
 * process's to write. {@code AlertEvidence} shows what was kept, and {@code EvidencePicture} draws over it.
 * {@code PastFrames} finds frames where Kafka still has them.
 */
package io.segwatch.dashboard.evidence;
