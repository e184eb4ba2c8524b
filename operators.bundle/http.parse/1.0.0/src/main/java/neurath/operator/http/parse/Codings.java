package neurath.operator.http.parse;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Content codings that a client takes, best first, as its {@code Accept-Encoding} says (RFC 9110, 12.5.3), out of those that the server
 * may have. What the client says is normalised to few lists, which suit the key of a cache.
 */
final class Codings {
    private static final String IDENTITY = "identity";
    private static final List<String> IDENTITY_ONLY = List.of(IDENTITY);
    /** Of what is taken although nobody spoke of it: less than any weight that can be given, in thousandths. */
    private static final double LEAST = 0.5;

    private final List<String> known;
    private String latest;
    private List<String> latestCodings;

    /** @param known which the server may have, separated by commas, its favourite first */
    Codings(String known) {
        this.known = new ArrayList<>();
        for (String coding : known.split(",")) {
            if (!coding.isBlank()) {
                this.known.add(coding.strip().toLowerCase(Locale.ROOT));
            }
        }
    }

    List<String> of(HttpFields fields) {
        String accepted = null;
        for (HttpField field : fields) {
            if (field.getHeader() == HttpHeader.ACCEPT_ENCODING) {
                String value = field.getValue() == null ? "" : field.getValue();
                accepted = accepted == null ? value : accepted + ',' + value;
            }
        }
        if (accepted == null || known.isEmpty()) {
            return IDENTITY_ONLY;
        }
        if (!accepted.equals(latest)) {
            latestCodings = choose(weights(accepted));
            latest = accepted;
        }
        return latestCodings;
    }

    private List<String> choose(Map<String, Double> weights) {
        Double others = weights.get("*");
        Map<String, Double> chosen = new HashMap<>();
        List<String> codings = new ArrayList<>();
        for (String coding : known) {
            chosen.put(coding, weights.getOrDefault(coding, others == null ? 0 : others));
            codings.add(coding);
        }
        chosen.put(IDENTITY, weights.getOrDefault(IDENTITY, others == null ? LEAST : others));
        codings.add(IDENTITY);
        codings.removeIf(coding -> chosen.get(coding) == 0);
        codings.sort(Comparator.comparing(chosen::get, Comparator.reverseOrder()));
        return List.copyOf(codings);
    }

    /** The weights of the codings that are named, in thousandths; what cannot be read says nothing. */
    private static Map<String, Double> weights(String accepted) {
        Map<String, Double> weights = new HashMap<>();
        for (String element : accepted.toLowerCase(Locale.ROOT).split(",")) {
            int semicolon = element.indexOf(';');
            String coding = (semicolon < 0 ? element : element.substring(0, semicolon)).strip();
            double weight = semicolon < 0 ? 1000 : weight(element.substring(semicolon + 1).strip());
            if (!coding.isEmpty() && weight >= 0) {
                weights.put(coding.equals("x-gzip") ? "gzip" : coding, weight);
            }
        }
        return weights;
    }

    private static double weight(String parameter) {
        return parameter.matches("q=(0(\\.\\d{0,3})?|1(\\.0{0,3})?)") ? Math.rint(1000 * Double.parseDouble(parameter.substring(2))) : -1;
    }
}
