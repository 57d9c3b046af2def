package io.segwatch.inference.openvino;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.Buffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An ONNX file compiled for this CPU, for inputs of any size. Threadsafe; a {@link Request} is for one thread. */
public final class OpenVinoGraph implements AutoCloseable {
    private final OpenVino openVino;
    private final Pointer compiled;

    private OpenVinoGraph(OpenVino openVino, Pointer compiled) {
        this.openVino = openVino;
        this.compiled = compiled;
    }

    /**
     * Reads and compiles, in about a second; less when it finds what it compiled before.
     *
     * @param precision {@code f32} or {@code bf16}
     * @param cache where compiled graphs are kept from start to start; null for nowhere
     */
    public static OpenVinoGraph compile(OpenVino openVino, Path onnx, String precision, int threads, Path cache) {
        List<String> properties = new ArrayList<>(List.of(
                "PERFORMANCE_HINT", "LATENCY",
                "NUM_STREAMS", "1",
                "INFERENCE_NUM_THREADS", Integer.toString(threads),
                "INFERENCE_PRECISION_HINT", precision,
                // The cores are shared with cameras and Kafka: a thread must be free to go elsewhere.
                "ENABLE_CPU_PINNING", "NO"));
        if (cache != null) {
            properties.addAll(List.of("CACHE_DIR", cache.toString()));
        }
        OpenVinoC calls = openVino.calls();
        PointerByReference model = new PointerByReference();
        openVino.check(calls.coreReadModel(openVino.core(), onnx.toString(), null, model), "does not read " + onnx);
        try {
            PointerByReference compiled = new PointerByReference();
            int status = calls.coreCompileModel(
                    openVino.core(),
                    model.getValue(),
                    OpenVino.DEVICE,
                    properties.size(),
                    compiled,
                    properties.toArray());
            openVino.check(status, "does not compile " + onnx);
            return new OpenVinoGraph(openVino, compiled.getValue());
        } finally {
            calls.modelFree(model.getValue());
        }
    }

    /** A run of the graph, whose tensors are yet to be set; closed by the caller before the graph. */
    public Request request() {
        PointerByReference request = new PointerByReference();
        openVino.check(openVino.calls().compiledModelCreateInferRequest(compiled, request), "takes no further request");
        return new Request(request.getValue());
    }

    @Override
    public void close() {
        openVino.calls().compiledModelFree(compiled);
    }

    /** A run of the graph on tensors in the caller's memory. */
    public final class Request implements AutoCloseable {
        private final OpenVinoC calls = openVino.calls();
        private final Pointer request;
        private final List<Pointer> tensors = new ArrayList<>();
        /** Memory that the tensors lie in. */
        private final List<Buffer> kept = new ArrayList<>();

        private Request(Pointer request) {
            this.request = request;
        }

        /** Reads the input where it is. @param data direct, as large as the shape says */
        public void input(String name, Buffer data, long... shape) {
            PointerByReference port = new PointerByReference();
            openVino.check(calls.compiledModelInputByName(compiled, name, port), "has no input " + name);
            set(name, port.getValue(), data, shape);
        }

        /** Writes the output where it is. @param data direct, as large as the shape says */
        public void output(String name, Buffer data, long... shape) {
            PointerByReference port = new PointerByReference();
            openVino.check(calls.compiledModelOutputByName(compiled, name, port), "has no output " + name);
            set(name, port.getValue(), data, shape);
        }

        private void set(String name, Pointer port, Buffer data, long... shape) {
            // The numbers of the types differ from version to version of the library: the graph is asked.
            IntByReference type = new IntByReference();
            int status = calls.portGetElementType(port, type);
            calls.outputConstPortFree(port);
            openVino.check(status, "does not tell the type of " + name);
            PointerByReference tensor = new PointerByReference();
            openVino.check(
                    calls.tensorCreateFromHostPtr(
                            type.getValue(), new OpenVinoC.Shape(shape), Native.getDirectBufferPointer(data), tensor),
                    "takes no tensor " + name);
            tensors.add(tensor.getValue());
            kept.add(data);
            openVino.check(calls.inferRequestSetTensor(request, name, tensor.getValue()), "does not take " + name);
        }

        /** Blocks until the outputs are written. */
        public void run() {
            openVino.check(calls.inferRequestInfer(request), "failed");
        }

        @Override
        public void close() {
            calls.inferRequestFree(request);
            tensors.forEach(calls::tensorFree);
            kept.clear();
        }
    }
}
