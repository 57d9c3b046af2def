package io.segwatch.inference.model;

import io.segwatch.inference.openvino.OpenVino;
import io.segwatch.inference.openvino.OpenVinoException;
import io.segwatch.inference.openvino.OpenVinoGraph;
import java.nio.file.Path;
import java.util.List;

/** An ONNX file run by OpenVINO on the CPU: in bfloat16 where the CPU computes in it by itself, else in float32. */
final class OpenVinoNetwork implements Network {
    private final OpenVino openVino;
    private final OpenVinoGraph graph;
    private final String description;

    private OpenVinoNetwork(OpenVino openVino, OpenVinoGraph graph, String description) {
        this.openVino = openVino;
        this.graph = graph;
        this.description = description;
    }

    /**
     * @param threads at least 1
     * @throws OpenVinoException when the library cannot be loaded, or does not take the file
     */
    static OpenVinoNetwork load(Path file, int threads, NetworkSettings settings) {
        OpenVino openVino = OpenVino.load(settings.openVino());
        try {
            String precision = openVino.computesBfloat16() ? "bf16" : "f32";
            OpenVinoGraph graph = OpenVinoGraph.compile(openVino, file, precision, threads, settings.cache());
            return new OpenVinoNetwork(openVino, graph, "version " + openVino.version() + " in " + precision);
        } catch (OpenVinoException e) {
            openVino.close();
            throw e;
        }
    }

    /** Version and precision. */
    String description() {
        return description;
    }

    @Override
    public Binding bind(PinnedTensor input, List<PinnedTensor> outputs) {
        try {
            OpenVinoGraph.Request request = graph.request();
            try {
                request.input(input.name(), input.data(), input.shape());
                outputs.forEach(output -> request.output(output.name(), output.data(), output.shape()));
            } catch (OpenVinoException e) {
                request.close();
                throw e;
            }
            return new OpenVinoBinding(request);
        } catch (OpenVinoException e) {
            throw new ModelException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        graph.close();
        openVino.close();
    }

    private record OpenVinoBinding(OpenVinoGraph.Request request) implements Binding {
        @Override
        public void run() {
            try {
                request.run();
            } catch (OpenVinoException e) {
                throw new ModelException(e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            request.close();
        }
    }
}
