@Version("1.0.0")
package neurath.operator.http.tls;

import org.osgi.annotation.versioning.Version;
