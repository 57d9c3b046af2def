/** How the dashboard writes its answers: messages as JSON, and problems with field and remedy. */
package io.segwatch.dashboard.http;
