package io.segwatch.config;

import io.smallrye.config.SmallRyeConfig;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Checks one key of a mapping: it is set, its value can be read, and it is allowed. */
final class KeyCheck {
    private final SmallRyeConfig config;
    private final String key;
    private final Method method;

    KeyCheck(SmallRyeConfig config, String key, Method method) {
        this.config = config;
        this.key = key;
        this.method = method;
    }

    /** @throws IllegalArgumentException naming the key, its value and what it must be */
    void run() {
        String text = config.getConfigValue(key).getValue();
        Type type = method.getGenericReturnType();
        boolean optional = isA(type, Optional.class);
        if (text == null || text.isBlank()) {
            if (!optional) {
                throw new IllegalArgumentException(key + " is empty; leave it out to take the default");
            }
            return;
        }
        type = optional ? argument(type) : type;
        if (isA(type, List.class)) {
            for (String element : text.split(",")) {
                checkValue(element.strip(), (Class<?>) argument(type));
            }
        } else {
            checkValue(text.strip(), (Class<?>) type);
        }
    }

    private void checkValue(String text, Class<?> type) {
        Object value = read(text, type);
        Allowed allowed = method.getAnnotation(Allowed.class);
        if (allowed == null) {
            return;
        }
        List<String> values = List.of(allowed.values());
        if (!values.isEmpty() && !values.contains(text)) {
            throw refused(String.join(", ", values), text);
        }
        // Written so that NaN is refused too.
        boolean enough = allowed.min().isEmpty() || compare(value, read(allowed.min(), type)) >= 0;
        boolean notTooMuch = allowed.max().isEmpty() || compare(value, read(allowed.max(), type)) <= 0;
        if (!(enough && notTooMuch)) {
            throw refused(allowed.min() + ".." + allowed.max(), text);
        }
    }

    private IllegalArgumentException refused(String allowed, String text) {
        return new IllegalArgumentException(key + " must be " + allowed + ", not " + text);
    }

    private Object read(String text, Class<?> type) {
        if (type == boolean.class && !text.equals("true") && !text.equals("false")) {
            throw refused("true or false", text);
        }
        try {
            return config.requireConverter(type).convert(text);
        } catch (IllegalArgumentException e) {
            String reason = String.valueOf(e.getMessage()).replaceFirst("^SRCFG\\d+: ", "");
            throw new IllegalArgumentException(key + " cannot be " + text + ": " + reason, e);
        }
    }

    private static int compare(Object value, Object bound) {
        if (value instanceof Duration duration) {
            return duration.compareTo((Duration) bound);
        }
        if (value instanceof MemorySize size) {
            return size.compareTo((MemorySize) bound);
        }
        return Double.compare(((Number) value).doubleValue(), ((Number) bound).doubleValue());
    }

    private static boolean isA(Type type, Class<?> generic) {
        return type instanceof ParameterizedType parameterized && parameterized.getRawType() == generic;
    }

    private static Type argument(Type type) {
        return ((ParameterizedType) type).getActualTypeArguments()[0];
    }
}
