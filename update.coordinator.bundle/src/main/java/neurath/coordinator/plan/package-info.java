/**
 * Planning as pure functions of values: which versions to choose, which region a marker must pass, how to commit. No OSGi but its
 * values, no threads, no clock.
 */
package neurath.coordinator.plan;
