/** {@code segwatch segment}: the model over pictures and videos, offline. */
package io.segwatch.inference.segment;
