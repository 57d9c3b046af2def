package io.segwatch.bench;

import io.segwatch.inference.features.FeatureRecords;
import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.scoring.MaskMaker;
import io.segwatch.inference.scoring.Scorer;
import io.segwatch.inference.search.ClickedShares;
import io.segwatch.inference.search.KeptShares;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.bytedeco.javacv.OpenCVFrameConverter;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * What live queries say of clips' frames, each alone, beside what the search finds in the same frames as they are kept.
 * For one thread.
 */
final class FeatureQuality implements AutoCloseable {
    private final SegmentationModel model;
    private final List<EncodedQuery> queries = new ArrayList<>();
    private final Scorer scorer;
    private final MaskMaker masks = new MaskMaker();
    private final FeatureRecords kept;
    private final KeptShares shares;
    private final ClickedShares clicks;
    private ImageBatch batch;
    private int mostBytes;

    FeatureQuality(Path folder, List<String> words) {
        model = SegmentationModel.load(folder, "cpu", 0);
        words.forEach(word -> queries.add(EncodedQuery.of(model, word, List.of(word), List.of())));
        scorer = new Scorer(model, queries);
        kept = new FeatureRecords(model);
        shares = new KeptShares(model, queries, MaskMaker.THRESHOLD);
        clicks = new ClickedShares(model);
    }

    /** Shares by frame and word, of about {@code most} frames over the clip's length, which the scenes get too. */
    ShareSeries measure(Path clip, int most, ComposedScenes scenes) throws IOException {
        avutil.av_log_set_level(avutil.AV_LOG_FATAL);
        ShareSeries series = new ShareSeries(queries.size());
        scenes.beginClip();
        try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(clip.toFile());
                OpenCVFrameConverter.ToMat converter = new OpenCVFrameConverter.ToMat()) {
            grabber.setPixelFormat(avutil.AV_PIX_FMT_BGR24);
            grabber.start();
            int every = Math.max(1, grabber.getLengthInVideoFrames() / most);
            int number = 0;
            for (Frame frame = grabber.grabImage(); frame != null; frame = grabber.grabImage()) {
                if (number++ % every == 0) {
                    // The converter's own, and used again for the next frame.
                    Mat picture = converter.convert(frame);
                    add(picture, series);
                    scenes.add(picture);
                }
            }
            return series;
        } catch (FrameGrabber.Exception e) {
            throw new IOException(clip + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The same of a scene that is made from a seed. */
    ShareSeries measure(ComposedScenes scenes, long seed) {
        ShareSeries series = new ShareSeries(queries.size());
        scenes.play(seed, frame -> add(frame, series));
        return series;
    }

    /**
     * The series with what a click on a word finds in place of the word, on the frame that shows most of it; as one
     * word.
     */
    ShareSeries clicked(ShareSeries series, int word) {
        return series.with(word, clicks.of(series.kept(), series.most(word), queries.get(word)));
    }

    private void add(Mat bgr, ShareSeries series) {
        InputGeometry geometry = model.description().input().geometry(bgr.cols(), bgr.rows());
        if (batch == null || batch.width() != geometry.inputWidth() || batch.height() != geometry.inputHeight()) {
            close(batch);
            batch = model.batch(1, geometry.inputWidth(), geometry.inputHeight());
        }
        batch.placeBgr(0, bgr, geometry);
        model.encode(batch);
        Encoding encoding = batch.encoding(0);
        var record = kept.of(encoding, geometry);
        mostBytes = Math.max(mostBytes, record.getSerializedSize());
        series.add(live(encoding, geometry), shares.of(record), record);
    }

    private double[] live(Encoding encoding, InputGeometry geometry) {
        double[] live = new double[queries.size()];
        float[] probabilities = new float[encoding.positions()];
        scorer.start(encoding);
        for (int q = 0; q < live.length; q++) {
            scorer.probabilities(q, probabilities);
            masks.make(probabilities, encoding.gridWidth(), encoding.gridHeight(), geometry);
            live[q] = (double) masks.area() / (masks.width() * masks.height());
        }
        return live;
    }

    /** Of the largest record so far. */
    int mostBytes() {
        return mostBytes;
    }

    private static void close(ImageBatch batch) {
        if (batch != null) {
            batch.close();
        }
    }

    @Override
    public void close() {
        close(batch);
        masks.close();
        model.close();
    }
}
