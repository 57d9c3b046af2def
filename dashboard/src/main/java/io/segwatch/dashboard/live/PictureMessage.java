package io.segwatch.dashboard.live;

import com.google.protobuf.ByteString;
import io.segwatch.contracts.Rle;
import io.segwatch.v1.Frame;
import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Mask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * A picture as it is sent: the header's length as 32 bits, big endian; the header, a JSON object in UTF-8; the JPEG.
 * Encoded once for all who are sent it.
 */
record PictureMessage(LivePicture picture, Buffer bytes) {
    /** A mask need not be finer than a quarter of its picture. */
    private static final int PICTURE_PER_MASK = 4;

    /** The frame as it is. */
    static PictureMessage original(LivePicture picture) {
        return of(picture, picture.source().getJpeg(), 0);
    }

    /**
     * A smaller picture.
     *
     * @param width of the JPEG
     */
    static PictureMessage smaller(LivePicture picture, byte[] jpeg, int width) {
        return of(picture, ByteString.copyFrom(jpeg), width / PICTURE_PER_MASK);
    }

    private static PictureMessage of(LivePicture picture, ByteString jpeg, int maskWidth) {
        byte[] header = header(picture, maskWidth).toBuffer().getBytes();
        Buffer bytes = Buffer.buffer(4 + header.length + jpeg.size())
                .appendInt(header.length)
                .appendBytes(header)
                .appendBytes(jpeg.toByteArray());
        return new PictureMessage(picture, bytes);
    }

    private static JsonObject header(LivePicture picture, int maskWidth) {
        Frame frame = picture.source();
        JsonObject header = new JsonObject()
                .put("camera", frame.getId().getCamera())
                .put("epoch", frame.getId().getEpoch())
                .put("sequence", frame.getId().getSequence())
                .put("capturedAt", frame.getCapturedAtMs())
                .put("fps", frame.getTargetFps())
                .put("width", frame.getWidth())
                .put("height", frame.getHeight())
                .put("observed", picture.observation().isPresent());
        picture.observation()
                .ifPresent(seen -> header.put("observedAt", seen.getObservedAtMs())
                        .put("model", seen.getModel())
                        .put("encoderMs", seen.getEncoderMs())
                        .put("queries", queries(seen, maskWidth)));
        return header;
    }

    private static JsonArray queries(Observation observation, int maskWidth) {
        JsonArray queries = new JsonArray();
        for (QueryMask query : observation.getQueriesList()) {
            queries.add(new JsonObject()
                    .put("id", query.getQuery())
                    .put("share", query.getShare())
                    .put("peak", query.getPeakProbability())
                    .put("class", query.getClassProbability())
                    .put("mask", mask(maskWidth == 0 ? query.getMask() : reduced(query.getMask(), maskWidth))));
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

    /** The mask at half its size, again and again as long as it stays at least so wide; what half covers is inside. */
    private static Mask reduced(Mask mask, int width) {
        int step = 1;
        while (mask.getWidth() / (step * 2) >= width) {
            step *= 2;
        }
        if (step == 1 || mask.getCounts().isEmpty()) {
            return mask;
        }
        try {
            return reduced(Rle.decode(mask), mask.getWidth(), mask.getHeight(), step);
        } catch (IllegalArgumentException e) {
            // The page leaves out what is no mask.
            return mask;
        }
    }

    private static Mask reduced(byte[] pixels, int width, int height, int step) {
        int across = (width + step - 1) / step;
        int down = (height + step - 1) / step;
        int[] inside = new int[across * down];
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++, i++) {
                inside[y / step * across + x / step] += pixels[i];
            }
        }
        byte[] smaller = new byte[across * down];
        for (int i = 0; i < smaller.length; i++) {
            smaller[i] = (byte) (2 * inside[i] >= step * step ? 1 : 0);
        }
        return Rle.encode(smaller, across, down);
    }
}
