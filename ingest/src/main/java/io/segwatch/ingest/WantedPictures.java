package io.segwatch.ingest;

import com.google.protobuf.UnsafeByteOperations;
import io.segwatch.contracts.WorkingSize;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Who waits for a picture of a camera in the camera's own size: the next one is encoded once for all of them. Asked for
 * from any thread, answered on the camera's.
 */
final class WantedPictures {
    private static final int MAX_WAITING = 64;
    private static final int QUALITY = 90;

    private final Queue<CompletableFuture<Frame>> waiting = new ConcurrentLinkedQueue<>();

    /** Whoever gives up cancels; it never completes when the camera sends nothing. */
    void add(CompletableFuture<Frame> wanted) {
        waiting.removeIf(CompletableFuture::isDone);
        if (waiting.size() >= MAX_WAITING) {
            wanted.completeExceptionally(new IllegalStateException("Too many wait for a picture of this camera"));
        } else {
            waiting.add(wanted);
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Gives them this picture, with the camera's privacy masks. */
    void answer(AVFrame picture, PictureShape shape, Camera camera, long capturedAtMs) {
        try (JpegEncoder encoder =
                new JpegEncoder(new WorkingSize(shape.width(), shape.height()), shape.orientation(), QUALITY)) {
            Frame frame = Frame.newBuilder()
                    .setId(FrameId.newBuilder().setCamera(camera.getId()))
                    .setCapturedAtMs(capturedAtMs)
                    .setWidth(shape.width())
                    .setHeight(shape.height())
                    .setSourceWidth(shape.width())
                    .setSourceHeight(shape.height())
                    .setJpeg(UnsafeByteOperations.unsafeWrap(encoder.encode(picture, camera.getPrivacyMasksList())))
                    .build();
            all(one -> one.complete(frame));
        } catch (RuntimeException e) {
            // The camera itself goes on.
            all(one -> one.completeExceptionally(e));
        }
    }

    private void all(Consumer<CompletableFuture<Frame>> answer) {
        for (CompletableFuture<Frame> one; (one = waiting.poll()) != null; ) {
            answer.accept(one);
        }
    }
}
