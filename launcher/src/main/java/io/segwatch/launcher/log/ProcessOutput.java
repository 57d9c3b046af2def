package io.segwatch.launcher.log;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * Where the log is for machines ({@code SEGWATCH_LOG=json}), all that a service prints is in it: its own progress, and
 * what a library prints on the way.
 */
public final class ProcessOutput extends OutputStream {
    private static final Logger log = LoggerFactory.getLogger("io.segwatch.output");
    private static final int MAX_LINE_BYTES = 16 << 10;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Consumer<String> lines;

    private ProcessOutput(Consumer<String> lines) {
        this.lines = lines;
    }

    /** Whether the log is for machines. */
    public static boolean isLogged() {
        return "json".equals(System.getenv("SEGWATCH_LOG"));
    }

    /** For a command that runs as a service, before it prints anything. */
    public static void begin(CommandLine command) {
        if (isLogged()) {
            System.setOut(new PrintStream(new ProcessOutput(log::info), true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(new ProcessOutput(log::warn), true, StandardCharsets.UTF_8));
            command.setOut(new PrintWriter(System.out, true));
            command.setErr(new PrintWriter(System.err, true));
        }
    }

    @Override
    public synchronized void write(int letter) {
        if (letter == '\n' || line.size() == MAX_LINE_BYTES) {
            String text = line.toString(StandardCharsets.UTF_8).strip();
            line.reset();
            if (!text.isEmpty()) {
                lines.accept(text);
            }
        }
        if (letter != '\n') {
            line.write(letter);
        }
    }
}
