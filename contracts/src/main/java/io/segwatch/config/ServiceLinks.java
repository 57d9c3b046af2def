package io.segwatch.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The variables that Kubernetes, and Docker's links before it, set in every container for every service beside it: a
 * service named segwatch-admin makes SEGWATCH_ADMIN_PORT=tcp://10.96.0.7:9464, which is no setting of anybody's.
 */
final class ServiceLinks {
    private static final Pattern NAME = Pattern.compile(
            "SEGWATCH_(?:[A-Z0-9_]+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT_\\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)");
    private static final Pattern PORT = Pattern.compile("SEGWATCH_(?:[A-Z0-9_]+_)?PORT");
    private static final Pattern ADDRESS = Pattern.compile("(?:tcp|udp|sctp)://.*");

    private ServiceLinks() {}

    /** Names of those in the environment, in order. */
    static TreeSet<String> in(Map<String, String> environment) {
        TreeSet<String> links = new TreeSet<>();
        environment.forEach((name, value) -> {
            boolean address = PORT.matcher(name).matches()
                    && ADDRESS.matcher(value.strip()).matches();
            if (address || NAME.matcher(name).matches()) {
                links.add(name);
            }
        });
        return links;
    }

    /** The environment without them. */
    static Map<String, String> without(Map<String, String> environment) {
        Map<String, String> others = new TreeMap<>(environment);
        others.keySet().removeAll(in(environment));
        return others;
    }
}
