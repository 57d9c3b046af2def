/** What a picture file says of itself before it is decoded. */
package io.segwatch.inference.picture;
