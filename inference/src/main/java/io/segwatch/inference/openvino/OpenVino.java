package io.segwatch.inference.openvino;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** OpenVINO's library, loaded; on the CPU alone. Threadsafe. */
public final class OpenVino implements AutoCloseable {
    /** What {@code ./segwatch openvino} fetches. */
    public static final String VERSION = "2026.4.1";

    static final String DEVICE = "CPU";
    private static final String LIBRARY = "libopenvino_c.so";

    private final OpenVinoC calls;
    private final Pointer core;

    private OpenVino(OpenVinoC calls) {
        this.calls = calls;
        PointerByReference created = new PointerByReference();
        check(calls.coreCreate(created), "does not start");
        this.core = created.getValue();
    }

    /** Where {@code ./segwatch openvino} puts the library: below {@code $XDG_CACHE_HOME} or {@code ~/.cache}. */
    public static Path defaultFolder() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return base.resolve("segwatch").resolve("openvino-" + VERSION);
    }

    /** Whether the folder holds the library, whatever its version. */
    public static boolean isIn(Path folder) {
        return Files.isDirectory(folder) && !libraries(folder).isEmpty();
    }

    /** @throws OpenVinoException when the folder holds no library that this machine can run */
    public static OpenVino load(Path folder) {
        List<Path> found = libraries(folder);
        if (found.isEmpty()) {
            throw new OpenVinoException("there is no " + LIBRARY + " in " + folder);
        }
        // JNA would unpack its own library into the home folder, which a service may not have.
        if (System.getProperty("jna.tmpdir") == null) {
            System.setProperty("jna.tmpdir", System.getProperty("java.io.tmpdir"));
        }
        Path library = found.get(0).toAbsolutePath();
        try {
            return new OpenVino(Native.load(library.toString(), OpenVinoC.class, OpenVinoC.OPTIONS));
        } catch (LinkageError e) {
            // The loader's reason is in the second line; JNA goes on with the whole class path.
            String reason = String.valueOf(e.getMessage()).lines().limit(2).collect(Collectors.joining(" "));
            throw new OpenVinoException(library + " cannot be loaded: " + reason, e);
        }
    }

    /** As {@code 2026.4.1}. */
    public String version() {
        Memory version = new Memory(2L * Native.POINTER_SIZE);
        check(calls.getOpenvinoVersion(version), "does not tell its version");
        String build = version.getPointer(0).getString(0);
        calls.versionFree(version);
        return build.split("-", 2)[0];
    }

    /** Whether this CPU computes in bfloat16 by itself. */
    public boolean computesBfloat16() {
        PointerByReference value = new PointerByReference();
        check(
                calls.coreGetProperty(core, DEVICE, "OPTIMIZATION_CAPABILITIES", value),
                "does not tell what the CPU can");
        String capabilities = value.getValue().getString(0);
        calls.free(value.getValue());
        return Set.of(capabilities.split("[ ,]+")).contains("BF16");
    }

    OpenVinoC calls() {
        return calls;
    }

    Pointer core() {
        return core;
    }

    /** @param failure what the library does, for a sentence that begins with its name */
    void check(int status, String failure) {
        if (status != 0) {
            throw new OpenVinoException(
                    "OpenVINO " + failure + ": " + calls.getLastErrMsg().strip().replaceAll("\\s+", " "));
        }
    }

    private static List<Path> libraries(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(LIBRARY))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    @Override
    public void close() {
        calls.coreFree(core);
    }
}
