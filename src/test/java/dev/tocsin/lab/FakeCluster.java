package dev.tocsin.lab;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import java.net.InetAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The lab's Kubernetes API with nothing behind it. */
final class FakeCluster implements AutoCloseable {
    private static final Logger FABRIC8 = Logger.getLogger("io.fabric8.mockwebserver");

    final LabApi api;
    final KubernetesClient client;
    private final KubernetesMockServer server;

    FakeCluster() {
        FABRIC8.setLevel(Level.WARNING);
        var responses = new ConcurrentHashMap<ServerRequest, Queue<ServerResponse>>();
        api = new LabApi(responses);
        server = new KubernetesMockServer(new Context(), new MockWebServer(), responses, api, false);
        server.init(InetAddress.getLoopbackAddress(), 0);
        try (var mocked = server.createClient()) {
            // As Tocsin's own: what it does not ask again itself is not asked again.
            var config = new ConfigBuilder(mocked.getConfiguration())
                    .withRequestRetryBackoffLimit(0)
                    .build();
            client = new KubernetesClientBuilder().withConfig(config).build();
        }
    }

    @Override
    public void close() {
        client.close();
        server.destroy();
    }
}
