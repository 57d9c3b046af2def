package io.segwatch.inference.search;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.inference.features.FeatureVectors;
import io.segwatch.inference.model.ModelException;
import io.segwatch.inference.model.TextModel;
import io.segwatch.v1.Features;
import io.segwatch.v1.UnreadableFeatures;
import io.segwatch.v1.UnreadableFeatures.Cause;
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
                count(id, Cause.CAUSE_UNSPECIFIED, "");
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
            boolean newer = record.getFormat() > FeatureVectors.FORMAT;
            count("", newer ? Cause.NEWER_FORMAT : Cause.BROKEN_RECORD, newer ? "" : e.getMessage());
            return null;
        }
        found.scorers().forEach(scorer -> scorer.score(readable.get(id).frame()));
        return found;
    }

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
                count(id, Cause.MODEL_GONE, "");
            }
            return found;
        } catch (OtherModelException e) {
            count(id, Cause.OTHER_MODEL, e.clicked());
            return null;
        } catch (ModelException | IllegalArgumentException e) {
            count(id, Cause.MODEL_UNUSABLE, e.getMessage());
            return null;
        }
    }

    private void count(String model, Cause cause, String about) {
        if (!unreadable.containsKey(model) && unreadable.size() >= MOST_TOLD) {
            return;
        }
        UnreadableFeatures.Builder told = unreadable.computeIfAbsent(
                model,
                each -> UnreadableFeatures.newBuilder()
                        .setModel(each)
                        .setCause(cause)
                        .setAbout(about)
                        .setReason(reason(model, cause, about)));
        told.setFrames(told.getFrames() + 1);
    }

    private static String reason(String model, Cause cause, String about) {
        return switch (cause) {
            case NEWER_FORMAT -> "A newer version of Segwatch wrote them: search with that version";
            case BROKEN_RECORD -> "Records that break the contract: " + about;
            case MODEL_GONE ->
                "The model " + model + " is not there any more: only its own words can ask these frames."
                        + " Put its directory into segwatch.inference.past-models";
            case OTHER_MODEL ->
                "The picture that was clicked is of the model " + about
                        + ", whose vectors these frames cannot be compared with. Click one of their own time";
            default -> about;
        };
    }

    List<UnreadableFeatures> unreadable() {
        return unreadable.values().stream()
                .map(UnreadableFeatures.Builder::build)
                .toList();
    }
}
