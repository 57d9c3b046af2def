package io.segwatch.inference.model;

import ai.onnxruntime.OnnxTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An {@link OnnxSession} with its tensors. */
final class OnnxBinding implements Network.Binding {
    private final OnnxSession session;
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();

    OnnxBinding(OnnxSession session, PinnedTensor input, List<PinnedTensor> outputs) {
        this.session = session;
        inputs.put(input.name(), OnnxSession.tensor(input));
        outputs.forEach(output -> this.outputs.put(output.name(), OnnxSession.tensor(output)));
    }

    @Override
    public void run() {
        session.run(inputs, outputs);
    }

    @Override
    public void close() {
        inputs.values().forEach(OnnxTensor::close);
        outputs.values().forEach(OnnxTensor::close);
    }
}
