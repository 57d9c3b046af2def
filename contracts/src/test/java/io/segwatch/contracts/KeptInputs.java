package io.segwatch.contracts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Runs fuzz targets, classes with a {@code fuzzerTestOneInput(byte[])}, without a fuzzer: on the inputs that are kept
 * in the module's {@code src/test/fuzz/TARGET}, and on some changed copies of each, the same ones each time.
 * {@code bench/fuzz} runs them with one.
 */
public final class KeptInputs {
    private static final int COPIES = 200;

    private KeptInputs() {}

    /** A test for each target, run in its module's folder. */
    public static Stream<DynamicTest> of(Class<?>... targets) {
        return Arrays.stream(targets).map(target -> DynamicTest.dynamicTest(target.getSimpleName(), () -> run(target)));
    }

    private static void run(Class<?> target) throws Exception {
        Method method = target.getDeclaredMethod("fuzzerTestOneInput", byte[].class);
        method.setAccessible(true);
        for (Path file : files(Path.of("src", "test", "fuzz", target.getSimpleName()))) {
            byte[] kept = Files.readAllBytes(file);
            run(method, file + " itself", kept);
            Random random = new Random(kept.length);
            for (int copy = 0; copy < COPIES; copy++) {
                run(method, file + " changed copy " + copy, changed(kept, random));
            }
        }
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(Method target, String name, byte[] input) throws Exception {
        try {
            target.invoke(null, (Object) input.clone());
        } catch (InvocationTargetException e) {
            throw new AssertionError(name + ": " + Arrays.toString(input), e.getCause());
        }
    }

    /** Some bytes are other ones, left out, or there twice. */
    private static byte[] changed(byte[] kept, Random random) {
        byte[] bytes = kept.clone();
        for (int change = random.nextInt(4); change >= 0 && bytes.length > 0; change--) {
            int at = random.nextInt(bytes.length);
            int to = Math.min(bytes.length, at + 1 + random.nextInt(8));
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = join(bytes, at, to);
                default -> bytes = join(bytes, to, at);
            }
        }
        return bytes;
    }

    /** The bytes up to {@code end}, then those from {@code start} on. */
    private static byte[] join(byte[] bytes, int end, int start) {
        byte[] joined = Arrays.copyOf(bytes, end + bytes.length - start);
        System.arraycopy(bytes, start, joined, end, bytes.length - start);
        return joined;
    }
}
