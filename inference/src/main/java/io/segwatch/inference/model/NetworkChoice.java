package io.segwatch.inference.model;

/**
 * What runs a network.
 *
 * @param provider its name, for people
 * @param reason why that, as a clause for messages
 */
record NetworkChoice(Network network, String provider, String reason) {}
