package io.segwatch.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a key may be set to, checked whenever the key is read. Bounds are inclusive and written as in the configuration:
 * {@code min = "100ms", max = "5m"}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Allowed {
    String min() default "";

    String max() default "";

    /** The only values; none where any between the bounds will do. */
    String[] values() default {};
}
