package io.segwatch.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** How secrets come to a command without standing in its arguments, which every user of the machine can list. */
final class SecretInput {
    /** Standard input, in place of a file or an address. */
    static final String STDIN = "-";

    private static final int MAX_LENGTH = 4_000;

    private SecretInput() {}

    /** The first line of a file, or of standard input for {@link #STDIN}. */
    static String line(String file) throws IOException {
        try (BufferedReader reader = file.equals(STDIN)
                ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                : Files.newBufferedReader(Path.of(file))) {
            String line = reader.readLine();
            if (line == null || line.isBlank() || line.length() > MAX_LENGTH) {
                throw new IOException((file.equals(STDIN) ? "Standard input" : file) + " has no first line of 1 to "
                        + MAX_LENGTH + " characters");
            }
            return line.strip();
        }
    }

    /** An address, or the one on standard input. */
    static String address(String given) throws IOException {
        return given.equals(STDIN) ? line(STDIN) : given;
    }

    /** Says so when an option's value stands in the arguments. */
    static void warn(CommandSpec spec, String option, char[] value) {
        List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
        String text = value == null ? "" : new String(value);
        int at = arguments.indexOf(option);
        boolean apart = at >= 0
                && at + 1 < arguments.size()
                && !text.isEmpty()
                && arguments.get(at + 1).equals(text);
        if (apart || arguments.stream().anyMatch(argument -> argument.startsWith(option + "="))) {
            warn(
                    spec,
                    "The value of " + option,
                    "give " + option + " without a value to be asked for it, or in a file");
        }
    }

    static void warn(CommandSpec spec, String what, String remedy) {
        spec.commandLine()
                .getErr()
                .println(what
                        + " stood in this command's arguments, where other users of this machine can read it, and may"
                        + " be in the shell's history: " + remedy + ".");
    }
}
