@Version("1.0.0")
package neurath.operator.http.cache;

import org.osgi.annotation.versioning.Version;
