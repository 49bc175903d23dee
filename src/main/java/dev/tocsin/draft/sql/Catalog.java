package dev.tocsin.draft.sql;

import java.util.List;
import java.util.Optional;

/** What a query can ask: the relations and the functions of a server at one moment. */
public interface Catalog {
    /** The rows of a relation, its name in lower case; nothing when it is not known. */
    Optional<List<Row>> relation(String name);

    /** What a function of the server answers; nothing when it is not known. */
    Optional<Value> function(String name, List<Value> arguments);

    /** Rows of a function in FROM; nothing when it is not known. */
    Optional<List<Row>> rowsOf(String function, List<Value> arguments);

    /** The time, in seconds since 1970. */
    double now();
}
