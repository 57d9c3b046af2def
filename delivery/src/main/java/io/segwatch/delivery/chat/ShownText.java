package io.segwatch.delivery.chat;

import io.segwatch.contracts.VisibleText;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/** Text as a service shows it: escaped by its rules and cut to its length, never within a character or an escape. */
final class ShownText {
    private static final String CUT = "…";
    /** Keeps @everyone, @here, @channel and @all from being a mention, and is not seen. */
    private static final String NO_MENTION = "@\u200b";

    private ShownText() {}

    /** Without escapes, at most so many bytes of UTF-8. */
    static String plainBytes(String text, int most) {
        return cut(text, most, Character::toString, part -> part.getBytes(StandardCharsets.UTF_8).length);
    }

    /** Without escapes, at most so many UTF-16 units. */
    static String plain(String text, int most) {
        return cut(text, most, Character::toString, String::length);
    }

    /** For Slack: its three control characters as entities. */
    static String slack(String text, int most) {
        return cut(text, most, ShownText::slack, String::length);
    }

    private static String slack(int c) {
        return switch (c) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '@' -> NO_MENTION;
            default -> Character.toString(c);
        };
    }

    /** For Discord: its Markdown behind backslashes. */
    static String discord(String text, int most) {
        return cut(text, most, ShownText::discord, String::length);
    }

    private static String discord(int c) {
        if (c == '@') {
            return NO_MENTION;
        }
        return "\\*_~`|>#-+[]()<:".indexOf(c) >= 0 ? "\\" + (char) c : Character.toString(c);
    }

    private static String cut(String text, int most, IntFunction<String> escaped, ToIntFunction<String> size) {
        StringBuilder all = new StringBuilder();
        int used = 0;
        int end = 0;
        for (int c : VisibleText.shown(text).codePoints().toArray()) {
            String part = escaped.apply(c);
            used += size.applyAsInt(part);
            if (used > most) {
                return all.substring(0, end) + CUT;
            }
            all.append(part);
            if (used + size.applyAsInt(CUT) <= most) {
                end = all.length();
            }
        }
        return all.toString();
    }
}
