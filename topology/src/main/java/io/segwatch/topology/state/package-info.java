/**
 * What is kept of each camera: generated from {@code segwatch/topology/state.proto}, which says which message lies
 * under which key, and what a new version is.
 */
package io.segwatch.topology.state;
