@Version("2.1.0")
package neurath.operator.http.load;

import org.osgi.annotation.versioning.Version;
