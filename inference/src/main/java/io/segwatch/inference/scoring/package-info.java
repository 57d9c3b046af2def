/** How probable each text query is at each place of a picture ("Score" in models/README.md). */
package io.segwatch.inference.scoring;
