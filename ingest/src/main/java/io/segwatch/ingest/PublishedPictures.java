package io.segwatch.ingest;

import com.google.protobuf.UnsafeByteOperations;
import io.segwatch.contracts.WorkingSize;
import io.segwatch.v1.Frame;
import io.segwatch.v1.PrivacyMask;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** Makes frames of one camera's pictures. For one thread, which must also close it. */
final class PublishedPictures implements AutoCloseable {
    private final IngestConfig config;
    private final IngestMetrics metrics;
    private JpegEncoder encoder;

    PublishedPictures(IngestConfig config, IngestMetrics metrics) {
        this.config = config;
        this.metrics = metrics;
    }

    /**
     * The picture scaled to the working size, as JPEG.
     *
     * @param masks what it must not show
     */
    Frame.Builder frame(AVFrame picture, PictureShape shape, List<PrivacyMask> masks) {
        long started = System.nanoTime();
        byte[] bytes = encoderFor(shape).encode(picture, masks);
        metrics.encode.observe((System.nanoTime() - started) / 1e9);
        return Frame.newBuilder()
                .setWidth(encoder.size.width())
                .setHeight(encoder.size.height())
                .setJpeg(UnsafeByteOperations.unsafeWrap(bytes))
                .setSourceWidth(shape.width())
                .setSourceHeight(shape.height());
    }

    /** A new one only when the size or turn of the pictures changes. */
    private JpegEncoder encoderFor(PictureShape shape) {
        WorkingSize size = config.workingSize(shape.width(), shape.height());
        if (encoder == null || !encoder.size.equals(size) || !encoder.orientation.equals(shape.orientation())) {
            close();
            encoder = new JpegEncoder(size, shape.orientation(), config.jpegQuality());
        }
        return encoder;
    }

    @Override
    public void close() {
        if (encoder != null) {
            encoder.close();
            encoder = null;
        }
    }
}
