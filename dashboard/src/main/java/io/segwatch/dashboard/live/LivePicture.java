package io.segwatch.dashboard.live;

import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Mask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * A frame with what is drawn over it, encoded once for all who watch. The message: the header's length as 32 bits, big
 * endian; the header, a JSON object in UTF-8; the frame's JPEG.
 *
 * @param frame whose picture it is
 * @param capturedAtMs capture clock, milliseconds since 1970
 * @param targetFps frames a second that are expected of the camera
 * @param readAtNanos System.nanoTime() when it had been read
 * @param jpeg the frame's picture
 * @param message for the page
 */
public record LivePicture(
        FrameId frame, long capturedAtMs, double targetFps, long readAtNanos, byte[] jpeg, Buffer message) {
    /** Milliseconds since it was read, whatever the clocks of camera and service say. */
    public long ageMs() {
        return (System.nanoTime() - readAtNanos) / 1_000_000;
    }

    static LivePicture of(Frame frame, Optional<Observation> observation) {
        byte[] jpeg = frame.getJpeg().toByteArray();
        byte[] header = header(frame, observation).toBuffer().getBytes();
        Buffer message = Buffer.buffer(4 + header.length + jpeg.length)
                .appendInt(header.length)
                .appendBytes(header)
                .appendBytes(jpeg);
        return new LivePicture(
                frame.getId(), frame.getCapturedAtMs(), frame.getTargetFps(), System.nanoTime(), jpeg, message);
    }

    private static JsonObject header(Frame frame, Optional<Observation> observation) {
        JsonObject header = new JsonObject()
                .put("camera", frame.getId().getCamera())
                .put("epoch", frame.getId().getEpoch())
                .put("sequence", frame.getId().getSequence())
                .put("capturedAt", frame.getCapturedAtMs())
                .put("width", frame.getWidth())
                .put("height", frame.getHeight())
                .put("observed", observation.isPresent());
        observation.ifPresent(seen -> header.put("observedAt", seen.getObservedAtMs())
                .put("model", seen.getModel())
                .put("encoderMs", seen.getEncoderMs())
                .put("queries", queries(seen)));
        return header;
    }

    private static JsonArray queries(Observation observation) {
        JsonArray queries = new JsonArray();
        for (QueryMask query : observation.getQueriesList()) {
            queries.add(new JsonObject()
                    .put("id", query.getQuery())
                    .put("share", query.getShare())
                    .put("peak", query.getPeakProbability())
                    .put("class", query.getClassProbability())
                    .put("mask", mask(query.getMask())));
        }
        return queries;
    }

    /** An answer to a prompt, as the page reads it. */
    static JsonObject instance(InstanceMask mask) {
        return new JsonObject()
                .put("prompt", mask.getPrompt())
                .put("epoch", mask.getFrame().getEpoch())
                .put("sequence", mask.getFrame().getSequence())
                .put("iou", mask.getPredictedIou())
                .put("share", mask.getShare())
                .put("track", mask.getTrack())
                .put("error", mask.getError())
                .put("lost", mask.getLost())
                .put("mask", mask(mask.getMask()));
    }

    private static JsonObject mask(Mask mask) {
        return new JsonObject()
                .put("width", mask.getWidth())
                .put("height", mask.getHeight())
                .put("counts", mask.getCounts());
    }
}
