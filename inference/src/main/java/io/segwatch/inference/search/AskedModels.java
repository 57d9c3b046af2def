package io.segwatch.inference.search;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.inference.features.FeatureVectors;
import io.segwatch.inference.model.ModelException;
import io.segwatch.inference.model.TextModel;
import io.segwatch.v1.Features;
import io.segwatch.v1.UnreadableFeatures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * What is asked of frames, as vectors of each model that frames are of; and frames that cannot be asked, with the
 * reason. For one thread.
 */
final class AskedModels {
    /** Models that are told of apart. */
    private static final int MOST_TOLD = 20;

    /** A frame that was read, and what tells about it. */
    interface Asked {
        KeptModel model();

        FeatureVectors frame();

        List<CellScorer> scorers();
    }

    private record Readable(KeptModel model, FeatureVectors frame, List<CellScorer> scorers) implements Asked {}

    private final TextModels models;
    private final BiFunction<TextModel, KeptModel, List<CellScorer>> question;
    private final Map<String, Readable> readable = new LinkedHashMap<>();
    private final Map<String, UnreadableFeatures.Builder> unreadable = new LinkedHashMap<>();

    /** @param question what is asked, in a model's vectors */
    AskedModels(TextModels models, BiFunction<TextModel, KeptModel, List<CellScorer>> question) {
        this.models = models;
        this.question = question;
    }

    /** The frame with what is asked, scored; null when it cannot be asked, which is counted. */
    Asked ask(Features record) {
        String id = record.getModel();
        Readable found = readable.get(id);
        if (found == null) {
            if (unreadable.containsKey(id)) {
                count(id, "");
                return null;
            }
            found = load(id);
            if (found == null) {
                return null;
            }
            readable.put(id, found);
        }
        try {
            found.frame().read(record);
        } catch (MalformedRecordException e) {
            count(
                    "",
                    record.getFormat() > FeatureVectors.FORMAT
                            ? NEWER
                            : "Records that break the contract: " + e.getMessage());
            return null;
        }
        found.scorers().forEach(scorer -> scorer.score(readable.get(id).frame()));
        return found;
    }

    private static final String NEWER = "A newer version of Segwatch wrote them: search with that version";

    private Readable load(String id) {
        try {
            Readable found = models.ask(id, text -> {
                        KeptModel model = KeptModel.of(text);
                        FeatureVectors frame = new FeatureVectors(
                                model.basis().directions(), model.description().textDims());
                        return new Readable(model, frame, question.apply(text, model));
                    })
                    .orElse(null);
            if (found == null) {
                count(
                        id,
                        "The model " + id + " is not there any more: only its own words can ask these frames. Put its"
                                + " directory into segwatch.inference.past-models");
            }
            return found;
        } catch (ModelException | IllegalArgumentException e) {
            count(id, e.getMessage());
            return null;
        }
    }

    private void count(String model, String reason) {
        if (!unreadable.containsKey(model) && unreadable.size() >= MOST_TOLD) {
            return;
        }
        UnreadableFeatures.Builder told = unreadable.computeIfAbsent(
                model, each -> UnreadableFeatures.newBuilder().setModel(each).setReason(reason));
        told.setFrames(told.getFrames() + 1);
    }

    List<UnreadableFeatures> unreadable() {
        return unreadable.values().stream()
                .map(UnreadableFeatures.Builder::build)
                .toList();
    }
}
