package io.segwatch.inference.model;

import io.segwatch.inference.openvino.OpenVino;
import io.segwatch.inference.openvino.OpenVinoException;
import java.nio.file.Path;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether OpenVINO runs the encoder in place of ONNX Runtime's CPU provider. */
final class EncoderChoice {
    private static final Logger log = LoggerFactory.getLogger(EncoderChoice.class);
    private static final int RUNS = 6;
    /** On a machine so busy that the runs take longer, fewer are enough. */
    private static final long ENOUGH_NANOS = 2_000_000_000L;
    /** Less than that may be chance. */
    private static final double WORTH_IT = 1.05;

    private final Path file;
    private final ModelDescription model;
    private final NetworkSettings settings;
    private final int threads;

    /** @param threads of a network, at least 1 */
    EncoderChoice(Path file, ModelDescription model, NetworkSettings settings, int threads) {
        this.file = file;
        this.model = model;
        this.settings = settings;
        this.threads = threads;
    }

    /**
     * The network to use; takes a second or two where OpenVINO is there.
     *
     * @param usual ONNX Runtime, as it was chosen
     * @throws ModelException when OpenVINO is configured and cannot be had
     */
    NetworkChoice instead(NetworkChoice usual) {
        boolean configured = settings.provider().equals("openvino");
        boolean open = settings.provider().equals("auto") && usual.provider().equals("CPU");
        if (!configured && !open) {
            return usual;
        }
        NetworkChoice choice = openVino(usual, configured);
        log.info("The encoder runs on {} ({})", choice.provider(), choice.reason());
        return choice;
    }

    private NetworkChoice openVino(NetworkChoice usual, boolean configured) {
        if (!OpenVino.isIn(settings.openVino())) {
            return without(
                    usual,
                    configured,
                    "OpenVINO's library is not in " + settings.openVino() + "; ./segwatch openvino fetches it");
        }
        OpenVinoNetwork network;
        try {
            network = OpenVinoNetwork.load(file, threads, settings);
        } catch (OpenVinoException e) {
            return without(usual, configured, "OpenVINO does not start: " + e.getMessage());
        }
        if (configured) {
            return new NetworkChoice(network, "OpenVINO", network.description() + ", configured");
        }
        try {
            return faster(network, usual);
        } catch (ModelException e) {
            network.close();
            return without(usual, false, "OpenVINO does not start: " + e.getMessage());
        }
    }

    private NetworkChoice without(NetworkChoice usual, boolean configured, String obstacle) {
        if (configured) {
            throw new ModelException("segwatch.inference.provider asks for OpenVINO, but " + obstacle
                    + ". Have it fetched, name its folder in segwatch.inference.openvino, or take auto or cpu.");
        }
        return new NetworkChoice(usual.network(), usual.provider(), usual.reason() + "; " + obstacle);
    }

    private NetworkChoice faster(OpenVinoNetwork network, NetworkChoice usual) {
        double times = timesAsFast(network, usual.network());
        String compared = String.format(Locale.ROOT, "%.2f times as fast as ONNX Runtime here", times);
        if (times >= WORTH_IT) {
            return new NetworkChoice(network, "OpenVINO", network.description() + ", " + compared);
        }
        network.close();
        String reason = usual.reason() + "; OpenVINO would be " + compared;
        return new NetworkChoice(usual.network(), usual.provider(), reason);
    }

    /** By the fastest of some runs of each, in turn: what else the machine does can only slow them. */
    private double timesAsFast(Network network, Network usual) {
        // Most cameras have pictures of 16:9.
        InputGeometry size = model.input().geometry(1280, 720);
        try (ImageBatch batch = new ImageBatch(model, 1, size.inputWidth(), size.inputHeight());
                Network.Binding one = network.bind(batch.image(), batch.outputs());
                Network.Binding other = usual.bind(batch.image(), batch.outputs())) {
            one.run();
            other.run();
            long began = System.nanoTime();
            long mine = Long.MAX_VALUE;
            long others = Long.MAX_VALUE;
            for (int run = 0; run < RUNS && (run < 2 || System.nanoTime() - began < ENOUGH_NANOS); run++) {
                mine = Math.min(mine, nanos(one));
                others = Math.min(others, nanos(other));
            }
            return (double) others / mine;
        }
    }

    private static long nanos(Network.Binding binding) {
        long began = System.nanoTime();
        binding.run();
        return System.nanoTime() - began;
    }
}
