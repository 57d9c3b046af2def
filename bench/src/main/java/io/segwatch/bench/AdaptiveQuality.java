package io.segwatch.bench;

import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.scoring.MaskMaker;
import io.segwatch.inference.scoring.Scorer;
import io.segwatch.inference.worker.ReusedShares;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.bytedeco.javacv.OpenCVFrameConverter;
import org.bytedeco.opencv.opencv_core.Mat;

/** Areas of zones with and without adaptive inference, frame by frame. For one thread. */
final class AdaptiveQuality implements AutoCloseable {
    private final SegmentationModel model;
    private final List<EncodedQuery> queries = new ArrayList<>();
    private final Scorer scorer;
    private final MaskMaker masks = new MaskMaker();
    private final double[] most;
    private final long ageMs;
    private ImageBatch batch;

    /** By how much zones' shares differ, 0..1, of every frame, zone and query. */
    static final class Errors {
        /** Of a zone. */
        private static final double UNIT = 1e-5;

        private final Histogram errors = new Histogram(3);
        private double sum;
        private double encoded;
        private long frames;

        private void add(double[] is, double[] should) {
            for (int i = 0; i < is.length; i++) {
                double error = Math.abs(is[i] - should[i]);
                sum += error;
                errors.recordValue(Math.round(error / UNIT));
            }
            frames++;
        }

        void add(Errors more) {
            errors.add(more.errors);
            sum += more.sum;
            encoded += more.encoded;
            frames += more.frames;
        }

        double mean() {
            return sum / errors.getTotalCount();
        }

        double quantile(double part) {
            return errors.getValueAtPercentile(100 * part) * UNIT;
        }

        double encoded() {
            return encoded / frames;
        }
    }

    /** One camera, seen with every frame encoded, and adaptively. */
    private final class Watched {
        final ReusedShares every = ReusedShares.ofEveryFrame(queries.size());
        final List<ReusedShares> adaptive = new ArrayList<>();
        final List<Errors> errors = new ArrayList<>();

        Watched() {
            for (double share : most) {
                adaptive.add(ReusedShares.adaptive(share, ageMs, queries.size()));
            }
            adaptive.add(ReusedShares.everySecondFrame(queries.size()));
            adaptive.forEach(one -> errors.add(new Errors()));
        }

        void frame(Mat bgr, long atMs) {
            InputGeometry geometry = model.description().input().geometry(bgr.cols(), bgr.rows());
            if (batch == null || batch.width() != geometry.inputWidth() || batch.height() != geometry.inputHeight()) {
                closeBatch();
                batch = model.batch(1, geometry.inputWidth(), geometry.inputHeight());
            }
            batch.placeBgr(0, bgr, geometry);
            model.encode(batch);
            double[] should = every.of(batch, scorer, queries, masks, geometry, atMs);
            for (int i = 0; i < adaptive.size(); i++) {
                errors.get(i).add(adaptive.get(i).of(batch, scorer, queries, masks, geometry, atMs), should);
            }
        }

        List<Errors> end() {
            for (int i = 0; i < adaptive.size(); i++) {
                errors.get(i).encoded = adaptive.get(i).encoded() * errors.get(i).frames;
            }
            return errors;
        }
    }

    AdaptiveQuality(Path folder, List<String> words, double[] most, long ageMs) {
        this.most = Arrays.copyOf(most, most.length);
        this.ageMs = ageMs;
        model = SegmentationModel.load(folder, "cpu", 0);
        words.forEach(word -> queries.add(EncodedQuery.of(model, word, List.of(word), List.of())));
        scorer = new Scorer(model, queries);
    }

    /** Of each share of encodings, and then of every second frame; the scenes get a picture a second. */
    List<Errors> clip(Path clip, double fps, int seconds, ComposedScenes scenes) throws IOException {
        avutil.av_log_set_level(avutil.AV_LOG_FATAL);
        Watched watched = new Watched();
        scenes.beginClip();
        try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(clip.toFile());
                OpenCVFrameConverter.ToMat converter = new OpenCVFrameConverter.ToMat()) {
            grabber.setPixelFormat(avutil.AV_PIX_FMT_BGR24);
            grabber.start();
            int taken = 0;
            for (Frame frame = grabber.grabImage();
                    frame != null && taken < seconds * fps;
                    frame = grabber.grabImage()) {
                if (frame.timestamp >= taken * 1e6 / fps) {
                    Mat picture = converter.convert(frame);
                    watched.frame(picture, Math.round(taken * 1e3 / fps));
                    if (taken % (int) Math.ceil(fps) == 0) {
                        scenes.add(picture);
                    }
                    taken++;
                }
            }
            return watched.end();
        } catch (FrameGrabber.Exception e) {
            throw new IOException(clip + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The same of a scene that is made from a seed. */
    List<Errors> scene(ComposedScenes scenes, long seed, double fps) {
        Watched watched = new Watched();
        int[] number = {0};
        scenes.play(seed, frame -> watched.frame(frame, Math.round(number[0]++ * 1e3 / fps)));
        return watched.end();
    }

    private void closeBatch() {
        if (batch != null) {
            batch.close();
        }
    }

    @Override
    public void close() {
        closeBatch();
        masks.close();
        model.close();
    }
}
