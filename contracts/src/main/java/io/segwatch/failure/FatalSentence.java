package io.segwatch.failure;

import java.util.Locale;

/** Why a process ends, for a person: the cause and the setting that helps. */
final class FatalSentence {
    private FatalSentence() {}

    static boolean isKnown(Error error) {
        return error instanceof OutOfMemoryError || isLinkage(error);
    }

    static String of(Error error, Thread thread) {
        if (error instanceof OutOfMemoryError) {
            return "Segwatch ends: " + outOfMemory(String.valueOf(error.getMessage()));
        }
        if (isLinkage(error)) {
            return "Segwatch ends: a native library could not be loaded (" + deepest(error)
                    + "). Libraries are unpacked"
                    + " below " + System.getProperty("java.io.tmpdir") + " or "
                    + System.getProperty("org.bytedeco.javacpp.cachedir", System.getProperty("user.home"))
                    + ". Name a folder that can be written and whose files may be run: with segwatch.data-dir, or with"
                    + " -Djava.io.tmpdir=FOLDER in JAVA_TOOL_OPTIONS.";
        }
        if (error instanceof StackOverflowError) {
            return "Segwatch ends: thread " + thread.getName() + " has used up its stack. Raise -Xss in"
                    + " JAVA_TOOL_OPTIONS if it happens again, and report it.";
        }
        return "Segwatch ends: thread " + thread.getName() + " failed with " + error + ".";
    }

    private static String outOfMemory(String message) {
        String reason = message.toLowerCase(Locale.ROOT);
        if (reason.contains("native thread")) {
            return "the system allows no further thread (" + message + "). Raise its limit (ulimit -u, or the"
                    + " container's pids limit).";
        }
        if (reason.contains("direct") || reason.contains("native memory") || reason.contains("physical memory")) {
            return "memory outside of the heap is used up (" + message + "). Raise -XX:MaxDirectMemorySize in"
                    + " JAVA_TOOL_OPTIONS, or the machine's memory.";
        }
        long heap = Runtime.getRuntime().maxMemory() >> 20;
        return "the heap of " + heap + " MiB is used up (" + message + "). Raise -Xmx in SEGWATCH_JAVA_OPTIONS, or in"
                + " JAVA_TOOL_OPTIONS in a container, or watch fewer cameras.";
    }

    private static boolean isLinkage(Error error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnsatisfiedLinkError) {
                return true;
            }
        }
        // A class whose native library could not be loaded is not there the second time.
        return error instanceof NoClassDefFoundError || error instanceof ExceptionInInitializerError;
    }

    private static String deepest(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
