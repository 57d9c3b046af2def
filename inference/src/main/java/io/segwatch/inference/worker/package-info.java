/** The inference role: frames and prompts from Kafka through the model to observations and instance masks. */
package io.segwatch.inference.worker;
