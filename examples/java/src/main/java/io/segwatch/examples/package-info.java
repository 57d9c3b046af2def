/** A program of yours that reads Segwatch's facts from Kafka. */
package io.segwatch.examples;
