/** The model directory (models/README.md), loaded, checked and run. */
package io.segwatch.inference.model;
