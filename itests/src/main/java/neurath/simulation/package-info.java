/** Deterministic simulation of updates: the production planner and engine, random graphs, updates, schedules and faults by seed. */
package neurath.simulation;
