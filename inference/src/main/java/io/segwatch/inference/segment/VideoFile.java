package io.segwatch.inference.segment;

import java.io.IOException;
import java.nio.file.Files;

/** Frames of a video file, as they are shown. */
final class VideoFile {
    /** Takes a picture; blocks while its queue is full. */
    interface PictureSink {
        void put(Picture picture) throws InterruptedException;
    }

    private VideoFile() {}

    /**
     * Hands over every {@code every}-th frame, from the first.
     *
     * @throws IOException saying what is wrong with the file
     */
    static void read(Input input, int every, double maxMegapixels, PictureSink sink)
            throws IOException, InterruptedException {
        if (!Files.isRegularFile(input.file())) {
            throw new IOException(Files.exists(input.file()) ? "is no regular file" : "does not exist");
        }
        if (Files.size(input.file()) == 0) {
            throw new IOException("is empty (0 bytes)");
        }
        try (VideoDecoder video = VideoDecoder.open(input.file(), maxMegapixels)) {
            long frame = 0;
            for (; video.next(); frame++) {
                if (frame % every == 0) {
                    sink.put(new Picture(input, frame, video.timeMs(), video.picture(), null));
                }
            }
            if (frame == 0) {
                throw new IOException("holds no frame that can be decoded");
            }
        }
    }
}
