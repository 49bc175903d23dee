package dev.tocsin.lab;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;

/** The superuser of a test's PostgreSQL, asked on a connection of its own each time. */
record Superuser(int port, Secrets secrets) {

    /** The number that a statement gives, or how many rows it changed. */
    int run(String database, String sql) {
        var vertx = Vertx.vertx();
        try {
            var connection = PgConnection.connect(vertx, options(port, secrets, database))
                    .await();
            var answer = connection.query(sql).execute().await();
            return answer.size() == 0
                    ? answer.rowCount()
                    : answer.iterator().next().getInteger(0);
        } finally {
            vertx.close().await();
        }
    }

    static PgConnectOptions options(int port, Secrets secrets, String database) {
        return new PgConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setDatabase(database)
                .setUser("postgres")
                .setPassword(secrets.superuser());
    }
}
