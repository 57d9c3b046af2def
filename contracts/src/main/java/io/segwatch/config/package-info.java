/**
 * The configuration, for all modules.
 *
 * <ul>
 *   <li>{@code segwatch.properties} (a resource): the manual, every key with its default and its bounds.
 *   <li>{@link io.segwatch.config.Configuration}: reads it, a file of the user's and the environment. {@code KnownKeys}
 *       finds keys that are not in the manual, {@code KeyCheck} refuses values that are not allowed,
 *       {@code ServiceLinks} tells variables of Kubernetes from settings.
 *   <li>{@link io.segwatch.config.Allowed}: the bounds of a key, beside its declaration in a module's mapping.
 *   <li>{@link io.segwatch.config.MemorySize} and {@code Durations}: the notation, 16MiB and 500ms.
 * </ul>
 */
package io.segwatch.config;
