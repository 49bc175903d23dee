package dev.tocsin.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the API server knows of the tokens that others send to Tocsin. All calls block and throw {@link ClusterException}
 * when it refuses to say or is away: then nobody knows whose a token is, which is not to say that it is nobody's.
 */
public interface Reviews {
    /** Who holds a token, with all that a decision about them may rest on. */
    record Holder(String name, Optional<String> uid, List<String> groups, Map<String, List<String>> extra) {}

    /** What somebody wants to do with the resources of a namespace. */
    record Deed(String verb, String group, String resource, String namespace) {}

    /** Whose token that is; empty when it is nobody's, has expired, or was made for another audience. */
    Optional<Holder> holder(String token, String audience);

    /** Whether the rules of the cluster let the holder of a token do that. */
    boolean allows(Holder holder, Deed deed);
}
