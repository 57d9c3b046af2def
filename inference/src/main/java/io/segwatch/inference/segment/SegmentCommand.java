package io.segwatch.inference.segment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.VisibleText;
import io.segwatch.inference.model.ModelException;
import io.segwatch.inference.model.SegmentationModel;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code segwatch segment}: the model over pictures, folders and videos. Every picture is taken by itself; frames of a
 * video are not smoothed. Exit code 0 when all went well, 1 when a file failed (its line in {@code results.jsonl} says
 * why), 2 when an option is wrong.
 */
@Command(
        name = "segment",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Segments pictures, folders and videos by text queries, points and boxes.",
            "",
            "Writes to the output folder overlays/NAME.png and results.jsonl, a line for each picture or frame:",
            "file, width, height and, for each query, label, share, mean_probability, peak_probability,",
            "class_probability and mask (COCO compressed RLE at the picture's own size)."
        })
public final class SegmentCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "INPUT",
            description = "Pictures, videos, or folders that are searched for both.")
    List<Path> inputs = new ArrayList<>();

    @Option(
            names = "--query",
            paramLabel = "QUERY",
            description = {
                "What to look for, for example \"person\" or",
                "\"car: van, lorry | -toy car\" (synonyms after ':', negative words after '|'). May be repeated."
            })
    List<String> queries = new ArrayList<>();

    @Option(
            names = "--queries",
            paramLabel = "FILE",
            description = "A file with a query on each line, as for --query; lines that start with # are left out.")
    Path queryFile;

    @Option(
            names = "--exclusive",
            description = {
                "Gives every pixel to the query with the highest score, even where none is likely,",
                "so that the masks part the picture: for benchmarks (add a query for the background).",
                "What one query names is then none of a wider one's: \"pizza\" is no \"food\"."
            })
    boolean exclusive;

    @Option(
            names = "--point",
            paramLabel = "X,Y",
            description = "A point on one object, pixels of the picture; may be repeated for the same object.")
    List<String> points = new ArrayList<>();

    @Option(names = "--box", paramLabel = "X0,Y0,X1,Y1", description = "A box around one object, pixels.")
    String box;

    @Option(names = "--refine", description = "Refines the queries' masks with the mask head: finer edges, slower.")
    boolean refine;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Output folder; made when missing.")
    Path out;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description =
                    "Model directory. Default: $SEGWATCH_INFERENCE_MODEL, or the models/default of Segwatch's folder.")
    Path modelFolder;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "Threads of the networks on the CPU; 0 for one a core.")
    int threads;

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "auto, cpu, openvino, cuda, tensorrt or tensorrt-rtx (${DEFAULT-VALUE}).")
    String provider;

    @Option(
            names = "--every",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of a video, every N-th frame (${DEFAULT-VALUE}).")
    int every;

    @Option(
            names = "--max-megapixels",
            paramLabel = "N",
            defaultValue = "16",
            description = "Larger pictures are refused (${DEFAULT-VALUE}).")
    double maxMegapixels;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<QueryLine> lines = queryLines();
        PromptOptions promptOptions = promptOptions();
        check(lines, promptOptions);
        List<Input> files = Input.of(inputs);
        if (files.isEmpty()) {
            throw wrong("No pictures or videos in " + inputs);
        }
        Files.createDirectories(out);
        int failed = 0;
        try (SegmentationModel model = known(SegmentationModel.load(model(), provider, threads), lines);
                Segmenter segmenter = new Segmenter(model, lines, promptOptions, exclusive, refine);
                BufferedWriter results = Files.newBufferedWriter(out.resolve("results.jsonl"));
                Pipeline pipeline = new Pipeline(
                        files, new PictureFile(maxMegapixels), every, segmenter, new Results(lines, out))) {
            for (ObjectNode line = pipeline.next(); line != null; line = pipeline.next()) {
                results.write(line.toString());
                results.newLine();
                if (line.has("error")) {
                    failed++;
                    pipeline.print(
                            line.get("file").asText() + ": " + line.get("error").asText());
                }
            }
        } catch (ModelException e) {
            throw wrong(e.getMessage());
        }
        return failed == 0 ? 0 : 1;
    }

    /** An option's path starts where the person stands, a setting's at Segwatch's own folder. */
    private Path model() {
        String setting = System.getenv().getOrDefault("SEGWATCH_INFERENCE_MODEL", "models/default");
        return modelFolder != null ? modelFolder : Configuration.home().resolve(setting);
    }

    /**
     * Says which words mean nothing to the model and which queries are the same.
     *
     * @throws ParameterException for a query that would give a mask of nothing
     */
    private SegmentationModel known(SegmentationModel model, List<QueryLine> lines) {
        Map<String, String> labels = new HashMap<>();
        for (QueryLine line : lines) {
            String same = labels.putIfAbsent(VisibleText.meaning(line.label()), line.label());
            if (same != null) {
                spec.commandLine()
                        .getErr()
                        .println("The queries \"" + same + "\" and \"" + line.label() + "\" are the same");
            }
            if (line.phrases().stream().noneMatch(model::knows)) {
                model.close();
                throw wrong("The model knows no word of the query \"" + line.label() + "\"; name the thing in English");
            }
            for (String phrase : line.phrases()) {
                model.unknownWords(phrase)
                        .forEach(word -> spec.commandLine()
                                .getErr()
                                .println("The model does not know \"" + word + "\" in the query \"" + line.label()
                                        + "\""));
            }
        }
        return model;
    }

    private List<QueryLine> queryLines() throws IOException {
        List<String> texts = new ArrayList<>(queries);
        if (queryFile != null) {
            if (!Files.isRegularFile(queryFile)) {
                throw wrong("--queries " + queryFile + " is no file");
            }
            texts.addAll(readQueries());
        }
        try {
            return texts.stream().map(QueryLine::parse).toList();
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private List<String> readQueries() throws IOException {
        try {
            return QueryFile.read(queryFile);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private PromptOptions promptOptions() {
        try {
            return PromptOptions.parse(points, box);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private void check(List<QueryLine> lines, PromptOptions promptOptions) {
        if (lines.isEmpty() && promptOptions.isEmpty()) {
            throw wrong("Give at least one --query, --queries, --point or --box");
        }
        if (lines.size() > 255) {
            throw wrong("At most 255 queries, not " + lines.size());
        }
        if (exclusive && (refine || lines.size() < 2)) {
            throw wrong(refine ? "--exclusive and --refine exclude each other" : "--exclusive needs two queries");
        }
        if (every < 1) {
            throw wrong("--every must be 1 or more, not " + every);
        }
        if (threads < 0 || threads > 256) {
            throw wrong("--threads must be 0..256, not " + threads);
        }
        if (!(maxMegapixels > 0 && maxMegapixels <= 60)) {
            throw wrong("--max-megapixels must be above 0 and at most 60, not " + maxMegapixels);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
