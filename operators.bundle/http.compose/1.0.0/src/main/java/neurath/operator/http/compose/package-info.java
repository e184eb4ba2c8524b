@Version("1.0.0")
package neurath.operator.http.compose;

import org.osgi.annotation.versioning.Version;
