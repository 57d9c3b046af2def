package io.segwatch.inference;

import io.segwatch.inference.model.SegmentationModel;
import java.nio.file.Path;

/** A model of random weights, small enough for tests: 16 dims, six background entries. */
public final class TinyModel {
    public static final Path FOLDER = Path.of("src", "test", "resources", "model-tiny");

    private static SegmentationModel model;

    private TinyModel() {}

    /** One instance for all tests: the text encoder takes a second to load. Not to be closed. */
    public static synchronized SegmentationModel shared() {
        if (model == null) {
            model = SegmentationModel.load(FOLDER, "cpu", 1);
        }
        return model;
    }
}
