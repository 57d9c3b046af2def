package io.segwatch.launcher;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;

/**
 * A password that a person types, or a program writes into this one: never an argument, which others on the machine
 * see.
 */
final class TypedPassword {
    private TypedPassword() {}

    /** @throws IllegalArgumentException when there is none, saying how to give it */
    static String read(String prompt) throws IOException {
        Console console = System.console();
        String typed = console == null ? firstLine() : typed(console, prompt);
        if (typed.isEmpty()) {
            throw new IllegalArgumentException(
                    "no password was given; type it, or write it to the input of this command, ended by a line feed");
        }
        return typed;
    }

    private static String typed(Console console, String prompt) {
        char[] typed = console.readPassword("%s: ", prompt);
        return typed == null ? "" : new String(typed);
    }

    private static String firstLine() throws IOException {
        String line = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
        return line == null ? "" : line;
    }
}
