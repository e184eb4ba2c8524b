/** An append-only file that survives a kill at any byte: it knows records, and nothing of what they say. */
package neurath.coordinator.journal;
