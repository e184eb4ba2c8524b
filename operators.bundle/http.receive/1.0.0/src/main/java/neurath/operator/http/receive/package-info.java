@Version("1.0.0")
package neurath.operator.http.receive;

import org.osgi.annotation.versioning.Version;
