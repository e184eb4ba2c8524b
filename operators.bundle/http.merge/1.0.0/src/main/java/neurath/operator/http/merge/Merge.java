package neurath.operator.http.merge;

import neurath.api.Operator;
import neurath.api.OperatorType;
import neurath.api.Step;
import neurath.http.Fill;
import neurath.http.Loaded;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ServiceScope;

/** Brings the ways of hits and misses together, and tells who missed a request what was found for it. */
@Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
@OperatorType("http/merge")
public final class Merge implements Step<Loaded, Loaded> {
    @Override
    public Loaded apply(Loaded loaded) {
        Fill fill = loaded.request().fill();
        if (fill != null) {
            fill.found(loaded);
        }
        return loaded;
    }
}
