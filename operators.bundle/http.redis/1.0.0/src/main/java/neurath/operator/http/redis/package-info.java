@Version("1.0.0")
package neurath.operator.http.redis;

import org.osgi.annotation.versioning.Version;
