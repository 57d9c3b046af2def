package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In a process of its own, as the command runs it. */
class FatalErrorsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "main        | link    | a native library could not be loaded",
                "thread      | stack   | has used up its stack",
                "pool        | heap    | Raise -Xmx",
                "pool        | wrapped | allows no further thread",
                "schedule    | direct  | Raise -XX:MaxDirectMemorySize",
                "vertx       | other   | java.lang.AssertionError: other",
                "vertx-timer | stack   | has used up its stack",
                "kafka       | heap    | Raise -Xmx",
            })
    void anErrorInAnyThreadEndsTheProcessWithASentence(String where, String what, String sentence) throws Exception {
        Process process = start(where, what);
        try {
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            String output = new String(process.getInputStream().readAllBytes());
            assertThat(output).contains("Segwatch ends: ", sentence);
            assertThat(process.exitValue()).isEqualTo(3);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(String... arguments) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        ProcessBuilder builder = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java", "-Xss512k", "-cp", classPath)
                .redirectErrorStream(true);
        builder.command().add("-Dlogback.configurationFile=logback.xml");
        builder.command().add(DyingProcess.class.getName());
        builder.command().addAll(java.util.List.of(arguments));
        return builder.start();
    }
}
