package io.segwatch.inference.segment;

import static org.bytedeco.opencv.global.opencv_core.CV_16U;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.minMaxLoc;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_ANYDEPTH;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import io.segwatch.inference.model.JpegHeader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Reads picture files, whole or not at all. */
final class PictureFile {
    private static final long MAX_BYTES = 512L << 20;
    private static final int MIN_SIDE = 8;
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};

    final double maxMegapixels;

    PictureFile(double maxMegapixels) {
        this.maxMegapixels = maxMegapixels;
    }

    /**
     * The picture as BGR, turned upright as its EXIF says.
     *
     * @throws IOException saying what is wrong with the file
     */
    Mat read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(Files.exists(file) ? "is no regular file" : "does not exist");
        }
        long size = Files.size(file);
        if (size == 0 || size > MAX_BYTES) {
            throw new IOException(size == 0 ? "is empty (0 bytes)" : "is larger than " + MAX_BYTES + " bytes");
        }
        byte[] bytes = Files.readAllBytes(file);
        checkHeader(bytes);
        try (BytePointer pointer = new BytePointer(bytes);
                Mat source = new Mat(1, bytes.length, CV_8UC1, pointer)) {
            // What is deeper than eight bits is scaled here: OpenCV would keep the upper eight.
            Mat picture = imdecode(source, IMREAD_COLOR | IMREAD_ANYDEPTH);
            if (picture == null || picture.empty()) {
                throw new IOException(PictureKind.of(bytes).unread());
            }
            checkSize(picture.cols(), picture.rows());
            return eightBits(picture);
        } catch (RuntimeException e) {
            throw new IOException(PictureKind.of(bytes).unread(), e);
        }
    }

    /** A camera of 10 or 12 bits stores them in 16: white is the largest value of as many bits as are in use. */
    private static Mat eightBits(Mat picture) {
        if (picture.depth() == CV_8U) {
            return picture;
        }
        double white = 1;
        if (picture.depth() == CV_16U) {
            double[] most = new double[1];
            try (Mat row = picture.reshape(1)) {
                minMaxLoc(row, null, most, null, null, null);
            }
            int bits = Math.max(8, 32 - Integer.numberOfLeadingZeros((int) most[0]));
            white = (1 << bits) - 1;
        }
        Mat eight = new Mat();
        picture.convertTo(eight, CV_8U, 255 / white, 0);
        picture.close();
        return eight;
    }

    /** Sizes are checked before anything is decoded. */
    private void checkHeader(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (JpegHeader.isJpeg(buffer)) {
            try {
                JpegHeader header = JpegHeader.read(buffer);
                checkSize(header.width(), header.height());
            } catch (IllegalArgumentException e) {
                throw new IOException(e.getMessage(), e);
            }
            return;
        }
        if (ByteBuffer.wrap(PNG).mismatch(buffer) == PNG.length
                && !new String(
                                bytes,
                                Math.max(0, bytes.length - 1_024),
                                Math.min(1_024, bytes.length),
                                StandardCharsets.ISO_8859_1)
                        .contains("IEND")) {
            throw new IOException("the PNG is cut off after " + bytes.length + " bytes");
        }
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (readers.hasNext()) {
                ImageReader reader = readers.next();
                reader.setInput(in);
                checkSize(reader.getWidth(0), reader.getHeight(0));
                reader.dispose();
            }
        } catch (IIOException e) {
            throw new IOException(PictureKind.of(bytes).unread(), e);
        }
    }

    private void checkSize(int width, int height) throws IOException {
        if (width < MIN_SIDE || height < MIN_SIDE) {
            throw new IOException(
                    "is " + width + "x" + height + " pixels; at least " + MIN_SIDE + "x" + MIN_SIDE + " are needed");
        }
        if ((double) width * height > maxMegapixels * 1e6) {
            throw new IOException(String.format(
                    "is %dx%d pixels (%.1f megapixels), over the bound of %.1f; raise it with --max-megapixels",
                    width, height, width * (double) height / 1e6, maxMegapixels));
        }
    }
}
