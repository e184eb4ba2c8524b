@Version("1.0.0")
package neurath.operator.http.preload;

import org.osgi.annotation.versioning.Version;
