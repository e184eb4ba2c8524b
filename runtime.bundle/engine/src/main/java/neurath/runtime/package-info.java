/** The one place of the runtime that knows bundles, services and Declarative Services. */
package neurath.runtime;
