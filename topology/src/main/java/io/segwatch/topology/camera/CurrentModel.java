package io.segwatch.topology.camera;

import com.google.protobuf.InvalidProtocolBufferException;
import io.segwatch.topology.state.CameraState.ModelState;

/**
 * The model that observes a camera's frames. What two models show cannot be compared. While workers are replaced one by
 * one, frames of both come in turn, so another model is the current one once the former has been silent for a minute of
 * event time. For one thread.
 */
final class CurrentModel {
    private static final String PART = "model";
    private static final long SETTLED_MS = 60_000;

    /** How a frame's model stands to the current one. */
    enum Turn {
        CURRENT,
        /** Another one, that may be gone again. */
        OTHER,
        /** Another one, that is the current one from this frame on. */
        CHANGED
    }

    private ModelState state = ModelState.getDefaultInstance();
    private boolean changed;

    /** Takes the model of a frame that is later than all before. */
    Turn frame(String model, long atMs) {
        if (state.getModel().equals(model) && !state.hasOtherSinceMs()) {
            return Turn.CURRENT;
        }
        if (state.getModel().isEmpty() || state.getModel().equals(model)) {
            set(ModelState.newBuilder().setModel(model));
            return Turn.CURRENT;
        }
        if (!model.equals(state.getOther())) {
            set(state.toBuilder().setOther(model).setOtherSinceMs(atMs));
        }
        if (atMs - state.getOtherSinceMs() < SETTLED_MS) {
            return Turn.OTHER;
        }
        set(ModelState.newBuilder().setModel(model));
        return Turn.CHANGED;
    }

    /** Event time goes back. */
    void goBack(long toMs) {
        if (state.getOtherSinceMs() > toMs) {
            set(state.toBuilder().setOtherSinceMs(toMs));
        }
    }

    /** As the observations name it; empty before the first. */
    String id() {
        return state.getModel();
    }

    private void set(ModelState.Builder now) {
        state = now.build();
        changed = true;
    }

    void saveChanges(CameraProcessor.StateWriter writer) {
        if (changed) {
            writer.save(PART, state);
            changed = false;
        }
    }

    void forget(CameraProcessor.StateWriter writer) {
        writer.save(PART, null);
    }

    /** Whether {@code key} is the part that {@link #saveChanges} wrote; takes it then. */
    boolean load(String key, byte[] saved) throws InvalidProtocolBufferException {
        if (!key.equals(PART)) {
            return false;
        }
        state = ModelState.parseFrom(saved);
        return true;
    }
}
