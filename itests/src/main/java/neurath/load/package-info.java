/** Clients that ask on a schedule, compare every byte and keep count: what a server's users would have felt. Plain Java, no OSGi. */
package neurath.load;
