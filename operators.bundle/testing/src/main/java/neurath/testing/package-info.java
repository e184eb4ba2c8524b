/** Operators without an engine, for their unit tests. */
package neurath.testing;
