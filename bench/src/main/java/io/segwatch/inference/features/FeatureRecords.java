package io.segwatch.inference.features;

import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.v1.Features;
import io.segwatch.v1.FrameId;
import java.util.BitSet;

/** Frames as the worker would keep them, whenever one is asked for. For one thread. */
public final class FeatureRecords {
    private final FeatureEncoder encoder;
    private final Features start;

    /** @param model with a feature basis */
    public FeatureRecords(SegmentationModel model) {
        encoder = new FeatureEncoder(
                model.featureBasis().orElseThrow(), BackgroundEntries.of(model.description(), model.background()));
        start = Features.newBuilder()
                .setFrame(FrameId.newBuilder().setCamera("camera").setEpoch(1_700_000_000_000L))
                .setCapturedAtMs(1_700_000_000_000L)
                .setModel(model.description().id())
                .setValidMs(5_000)
                .build();
    }

    public Features of(Encoding encoding, InputGeometry geometry) {
        Features.Builder record = start.toBuilder();
        CoarseGrid grid = encoder.grid(geometry, start.getSerializedSize() + 8);
        encoder.encode(encoding, geometry, grid, new BitSet(), record);
        return record.build();
    }
}
