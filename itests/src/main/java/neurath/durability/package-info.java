/** Platforms that get SIGKILL where it is to hit them, and what must be found afterwards. */
package neurath.durability;
