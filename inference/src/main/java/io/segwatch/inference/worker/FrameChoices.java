package io.segwatch.inference.worker;

import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.worker.WaitingFrames.WaitingFrame;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Which frames are answered from the encoding of an earlier one, by camera. For the worker's thread. */
final class FrameChoices {
    private final InferenceConfig config;
    private final Supplier<List<EncodedQueries.ActiveQuery>> queries;
    private final Predicate<String> tracked;
    private final Map<String, Chosen> cameras = new LinkedHashMap<>(16, 0.75f, true);

    /** One camera's. */
    private static final class Chosen {
        private final EncodingChoice choice;
        private FrameId encoded = FrameId.getDefaultInstance();
        private List<EncodedQueries.ActiveQuery> queries = List.of();

        Chosen(InferenceConfig config) {
            choice = new EncodingChoice(
                    config.adaptiveShare(), config.adaptiveAge().toMillis());
        }
    }

    /**
     * @param queries as they are now; another list when they have changed
     * @param tracked whether something is tracked on a camera, which needs every frame
     */
    FrameChoices(
            InferenceConfig config, Supplier<List<EncodedQueries.ActiveQuery>> queries, Predicate<String> tracked) {
        this.config = config;
        this.queries = queries;
        this.tracked = tracked;
    }

    /** The frame whose encoding answers this one too; empty where it is to be encoded itself. */
    Optional<FrameId> earlier(WaitingFrame waiting, ImageBatch images, int i) {
        if (config.adaptive().equals("off")) {
            return Optional.empty();
        }
        Frame frame = waiting.frame();
        String camera = frame.getId().getCamera();
        Chosen chosen = chosen(camera);
        List<EncodedQueries.ActiveQuery> now = queries.get();
        boolean must =
                frame.getId().getEpoch() != chosen.encoded.getEpoch() || now != chosen.queries || tracked.test(camera);
        if (chosen.choice.encode(images.pixels(i), images.width(), images.height(), frame.getCapturedAtMs(), must)) {
            chosen.encoded = frame.getId();
            chosen.queries = now;
            return Optional.empty();
        }
        return Optional.of(chosen.encoded);
    }

    private Chosen chosen(String camera) {
        Chosen chosen = cameras.computeIfAbsent(camera, id -> new Chosen(config));
        if (cameras.size() > FrameProcessor.MAX_CAMERAS) {
            cameras.remove(cameras.keySet().iterator().next());
        }
        return chosen;
    }

    /** The camera's next frame is encoded: there is no answer of the last one. */
    void forget(String camera) {
        cameras.remove(camera);
    }
}
