@Version("2.0.0")
package neurath.operator.http.load;

import org.osgi.annotation.versioning.Version;
