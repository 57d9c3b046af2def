package io.segwatch.inference.segment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * Reads ahead on one thread, encodes on the caller's, resizes masks and writes overlays on others; lines keep the order
 * of the inputs. A bounded number of pictures is in memory.
 */
final class Pipeline implements AutoCloseable {
    private static final int READ_AHEAD = 4;
    private static final int MAX_PENDING = 6;
    private static final Picture END = new Picture(null, -1, -1, null, null);

    private final List<Input> files;
    private final PictureFile pictures;
    private final int every;
    private final Segmenter segmenter;
    private final Results results;
    private final BlockingQueue<Picture> read = new ArrayBlockingQueue<>(READ_AHEAD);
    private final Deque<Future<ObjectNode>> pending = new ArrayDeque<>();
    private final Thread reader;
    private final ExecutorService finishers;
    private final ProgressBar progress;
    private boolean atEnd;

    Pipeline(List<Input> files, PictureFile pictures, int every, Segmenter segmenter, Results results) {
        this.files = files;
        this.pictures = pictures;
        this.every = every;
        this.segmenter = segmenter;
        this.results = results;
        this.finishers = Executors.newFixedThreadPool(
                Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors())), Pipeline::daemon);
        this.progress = new ProgressBarBuilder()
                .setTaskName("Segmenting")
                .setInitialMax(files.size())
                .setUpdateIntervalMillis(500)
                .build();
        this.reader = daemon(this::readAll);
        reader.start();
    }

    /** The next line, or null at the end. */
    ObjectNode next() throws InterruptedException {
        while (!atEnd && pending.size() < MAX_PENDING) {
            Picture picture = read.take();
            if (picture == END) {
                atEnd = true;
            } else {
                pending.add(start(picture));
            }
        }
        Future<ObjectNode> first = pending.poll();
        if (first == null) {
            return null;
        }
        try {
            return first.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            progress.step();
        }
    }

    /** Prints a message below the progress bar. */
    void print(String message) {
        progress.setExtraMessage("");
        System.err.println();
        System.err.println(message);
    }

    private Future<ObjectNode> start(Picture picture) {
        if (picture.error() != null) {
            return CompletableFuture.completedFuture(Results.failure(picture, picture.error()));
        }
        try {
            SegmentResult result = segmenter.score(picture);
            return finishers.submit(() -> finish(result));
        } catch (RuntimeException e) {
            picture.pixels().close();
            return CompletableFuture.completedFuture(Results.failure(picture, e.getMessage()));
        }
    }

    private ObjectNode finish(SegmentResult result) {
        try {
            return results.describe(result);
        } catch (IOException | RuntimeException e) {
            return Results.failure(result.picture(), e.getMessage());
        } finally {
            result.picture().pixels().close();
        }
    }

    private void readAll() {
        try {
            for (Input input : files) {
                read(input);
            }
            read.put(END);
        } catch (InterruptedException e) {
            // close() was called.
        }
    }

    private void read(Input input) throws InterruptedException {
        try {
            if (input.video()) {
                VideoFile.read(input, every, pictures.maxMegapixels, picture -> {
                    if (picture.frame() > 0) {
                        progress.maxHint(progress.getMax() + 1);
                    }
                    read.put(picture);
                });
            } else {
                read.put(new Picture(input, -1, -1, pictures.read(input.file()), null));
            }
        } catch (IOException | RuntimeException e) {
            read.put(Picture.failed(input, e.getMessage()));
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "segment");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        reader.interrupt();
        finishers.shutdownNow();
        progress.close();
    }
}
