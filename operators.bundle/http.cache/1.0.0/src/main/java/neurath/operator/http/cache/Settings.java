package neurath.operator.http.cache;

import java.nio.file.Path;
import java.time.Duration;
import neurath.api.Default;
import neurath.http.cache.Limits;

/**
 * Parameters.
 *
 * @param maxBytes what entries may weigh together
 * @param maxEntryBytes length of a content that is kept
 * @param fresh for how long one is kept: so late may be seen that a file has changed
 * @param fill how a new cache is filled
 * @param root folder whose files fill it
 * @param index name of the file that stands for a folder
 * @param precompressed codings, separated by commas, of which there may be files beside others
 * @param sliceBytes read in one turn where it is filled between requests
 * @param slicePause between two such turns
 */
record Settings(
        @Default("67108864") long maxBytes,
        @Default("1048576") int maxEntryBytes,
        @Default("PT1M") Duration fresh,
        @Default("none") Filling fill,
        @Default(".") Path root,
        @Default("index.html") String index,
        @Default("br,gzip") String precompressed,
        @Default("262144") long sliceBytes,
        @Default("PT0.005S") Duration slicePause) {

    Settings {
        if (sliceBytes <= 0) {
            throw new IllegalArgumentException("SLICE_BYTES is " + sliceBytes + "; give more than 0");
        }
    }

    Limits limits() {
        return new Limits(maxBytes, maxEntryBytes, fresh);
    }
}
