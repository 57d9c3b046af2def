package io.segwatch.inference.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An ONNX file as a session of ONNX Runtime, whose inputs and outputs are checked against models/README.md. Threadsafe.
 */
final class OnnxSession implements Network {
    static final OrtEnvironment ENVIRONMENT =
            // What goes wrong is thrown; the library would also print it, past the log.
            OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    /** In a shape: any size. */
    static final long ANY = -1;

    private final String file;
    private final OrtSession session;

    private OnnxSession(String file, OrtSession session) {
        this.file = file;
        this.session = session;
    }

    static OnnxSession load(Path file, OrtSession.SessionOptions options) {
        try {
            return new OnnxSession(file.toString(), ENVIRONMENT.createSession(file.toString(), options));
        } catch (OrtException e) {
            throw new ModelException(file + " is no network that ONNX Runtime can run: " + e.getMessage(), e);
        }
    }

    OnnxSession input(String name, OnnxJavaType type, long... shape) {
        return check("input", name, inputs(), type, shape);
    }

    OnnxSession output(String name, OnnxJavaType type, long... shape) {
        return check("output", name, outputs(), type, shape);
    }

    /** What ONNX Runtime was built with. A GPU's options want its environment, which is there once this is asked. */
    static Set<OrtProvider> builtIn() {
        return OrtEnvironment.getAvailableProviders();
    }

    boolean hasInput(String name) {
        return inputs().containsKey(name);
    }

    /** Name of the only output, whatever it is called. */
    String onlyOutput() {
        Map<String, NodeInfo> outputs = outputs();
        if (outputs.size() != 1) {
            throw new ModelException(file + " has the outputs " + outputs.keySet() + "; expected one.");
        }
        return outputs.keySet().iterator().next();
    }

    OrtSession.Result run(Map<String, ? extends OnnxTensorLike> inputs) {
        try {
            return session.run(inputs);
        } catch (OrtException e) {
            throw new ModelException(file + " failed: " + e.getMessage(), e);
        }
    }

    /** The tensor as ONNX Runtime sees it; closed by the caller before its memory goes. */
    static OnnxTensor tensor(PinnedTensor pinned) {
        try {
            return pinned.data() instanceof ByteBuffer bytes
                    ? OnnxTensor.createTensor(ENVIRONMENT, bytes, pinned.shape(), OnnxJavaType.UINT8)
                    : OnnxTensor.createTensor(ENVIRONMENT, pinned.floats(), pinned.shape());
        } catch (OrtException e) {
            throw new ModelException(
                    "No tensor " + pinned.name() + " of " + Arrays.toString(pinned.shape()) + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Binding bind(PinnedTensor input, List<PinnedTensor> outputs) {
        return new OnnxBinding(this, input, outputs);
    }

    /**
     * Runs into outputs that the caller holds.
     *
     * @throws DeviceMemory.ExhaustedException when fewer pictures may go well
     */
    void run(Map<String, ? extends OnnxTensorLike> inputs, Map<String, ? extends OnnxValue> outputs) {
        try {
            // Outputs that the caller holds are not closed with the result.
            session.run(inputs, outputs).close();
        } catch (OrtException e) {
            if (DeviceMemory.isExhausted(e.getMessage())) {
                throw new DeviceMemory.ExhaustedException(file + " found no memory: " + e.getMessage(), e);
            }
            throw new ModelException(file + " failed: " + e.getMessage(), e);
        }
    }

    /** Refuses a tensor that came out in another shape than the contract's. */
    void checkShape(String output, long[] actual, long... expected) {
        if (!Arrays.equals(actual, expected)) {
            throw new ModelException(file + ": output " + output + " came out as " + Arrays.toString(actual)
                    + "; model.json leads to " + Arrays.toString(expected) + ".");
        }
    }

    ModelException refusal(String what) {
        return new ModelException(file + ": " + what);
    }

    private Map<String, NodeInfo> inputs() {
        try {
            return session.getInputInfo();
        } catch (OrtException e) {
            throw new ModelException(file + " has no readable inputs: " + e.getMessage(), e);
        }
    }

    private Map<String, NodeInfo> outputs() {
        try {
            return session.getOutputInfo();
        } catch (OrtException e) {
            throw new ModelException(file + " has no readable outputs: " + e.getMessage(), e);
        }
    }

    private OnnxSession check(
            String kind, String name, Map<String, NodeInfo> nodes, OnnxJavaType type, long... expected) {
        NodeInfo node = nodes.get(name);
        String required = "expected " + type + " " + Arrays.toString(expected) + " (-1: any size).";
        if (node == null) {
            throw new ModelException(
                    file + ": " + kind + " " + name + " is missing among " + nodes.keySet() + "; " + required);
        }
        if (!(node.getInfo() instanceof TensorInfo tensor)
                || tensor.type != type
                || !fits(tensor.getShape(), expected, kind.equals("input"))) {
            throw new ModelException(file + ": " + kind + " " + name + " is " + node.getInfo() + "; " + required);
        }
        return this;
    }

    private static boolean fits(long[] actual, long[] expected, boolean open) {
        if (actual.length != expected.length) {
            return false;
        }
        for (int i = 0; i < actual.length; i++) {
            // A network may leave open a size that the contract fixes: the check at the start compares the real one.
            if (actual[i] != ANY && expected[i] != ANY && actual[i] != expected[i]) {
                return false;
            }
            // A size that the contract leaves open must be open in inputs; an output may fix it.
            if (open && expected[i] == ANY && actual[i] != ANY) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new ModelException(file + " does not close: " + e.getMessage(), e);
        }
    }
}
