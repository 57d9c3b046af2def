package io.segwatch.launcher;

/** Failures in words, for the person at the terminal. */
final class ErrorMessages {
    private ErrorMessages() {}

    /** The message of the failure, and of its causes where they add to it; a whole sentence needs none. */
    static String describe(Throwable failure) {
        StringBuilder text = new StringBuilder(message(failure));
        for (Throwable cause = failure.getCause();
                cause != null && text.charAt(text.length() - 1) != '.';
                cause = cause.getCause()) {
            String more = message(cause);
            if (text.indexOf(more) < 0) {
                text.append(": ").append(more);
            }
        }
        return text.toString();
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
