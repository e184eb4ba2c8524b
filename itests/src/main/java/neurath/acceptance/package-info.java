/** The product as its users have it: processes started by the {@code neurath} script, seen from outside. */
package neurath.acceptance;
